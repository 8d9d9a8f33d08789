import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeCommitmentReport, STORAGE_COMMITMENT_SOP_CLASS, STORAGE_COMMITMENT_SOP_INSTANCE, type CommitmentRequest,
} from '../../src/dicom/commitment.ts';
import { parseCommitmentReport, parseCommitmentRequest } from '../../src/dicom/parse-commitment.ts';
import { INVALID_ARGUMENT_VALUE, SUCCESS, UNRECOGNIZED_OPERATION } from '../../src/dicom/status.ts';
import type { Failure } from '../../src/job/failure.ts';
import { COMMAND_FIELD, NO_DATASET, type CommandSet } from '../../src/network/command-set.ts';
import { requestCommitment, type CommitmentHooks } from '../../src/network/commitment-scu.ts';
import type { Peer } from '../../src/network/peer.ts';
import { REPORT } from '../rig/commitment.ts';
import { freePort } from '../rig/peers.ts';
import { startScriptedScp, type ReceivedMessage, type Say, type ScriptedScp } from '../rig/scripted-scp.ts';
import { peerAt } from './instances.ts';

const IMPLICIT = '1.2.840.10008.1.2';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const INSTANCES = [1, 2, 3].map((number) => ({ SOPClassUID: CT, SOPInstanceUID: `1.2.${number}` }));
const REQUESTS: readonly CommitmentRequest[] = [{ TransactionUID: '2.25.1', instances: INSTANCES }];

/** What was told in which order, and how it ended. */
interface Asked {
  readonly failure: Failure | undefined;
  readonly told: readonly string[];
}

async function ask(peer: Peer, hooks: Partial<CommitmentHooks> = {}, requests = REQUESTS): Promise<Asked> {
  const told: string[] = [];
  const failure = await requestCommitment(peer, {
    begin: async () => {
      told.push('begin');
      return requests;
    },
    accepted: async (TransactionUID) => void told.push(`accepted ${TransactionUID}`),
    reported: async ({ dataset, TransferSyntaxUID, EventTypeID }) => {
      const report = parseCommitmentReport(dataset, TransferSyntaxUID);
      if ('fault' in report) return { status: INVALID_ARGUMENT_VALUE };
      told.push(`reported ${report.TransactionUID} ${EventTypeID} ${report.committed.length} ${report.failed.length}`);
      return { status: SUCCESS };
    },
    waitSeconds: 0,
    ...hooks,
  });
  return { failure, told };
}

/** Reports on the transaction of a request that all of it is committed. */
function reportAll({ dataset }: ReceivedMessage, say: Say): void {
  const request = parseCommitmentRequest(dataset, IMPLICIT);
  assert.ok(!('fault' in request));
  say(REPORT, encodeCommitmentReport({ ...request, committed: request.instances, failed: [] }));
}

/** The responses to what the peer has said of itself. */
function responsesIn({ messages }: ScriptedScp): CommandSet[] {
  return messages.map(({ command }) => command)
    .filter(({ CommandField }) => CommandField === COMMAND_FIELD['N-EVENT-REPORT-RSP']);
}

test('asks by N-ACTION for all instances of a transaction, once that is put down', async (t) => {
  const scp = await startScriptedScp(t);
  assert.deepEqual(await ask(peerAt(scp.port)), { failure: undefined, told: ['begin', 'accepted 2.25.1'] });
  await scp.idle();
  assert.equal(scp.aborts(), 0);
  assert.deepEqual(scp.associations, [[
    { id: 1, SOPClassUID: STORAGE_COMMITMENT_SOP_CLASS, TransferSyntaxUIDs: [IMPLICIT] },
  ]]);
  const [{ command, dataset } = { command: {}, dataset: Buffer.alloc(0) }] = scp.messages;
  assert.deepEqual(command, {
    RequestedSOPClassUID: STORAGE_COMMITMENT_SOP_CLASS, CommandField: COMMAND_FIELD['N-ACTION-RQ'], MessageID: 1,
    CommandDataSetType: 0, RequestedSOPInstanceUID: STORAGE_COMMITMENT_SOP_INSTANCE, ActionTypeID: 1,
  });
  assert.deepEqual(parseCommitmentRequest(dataset, IMPLICIT), REQUESTS[0]);
});

test('a request of ten thousand instances goes in PDUs of the peer\'s length', async (t) => {
  const scp = await startScriptedScp(t, { maximumPDULength: 4096 });
  const instances = Array.from({ length: 10_000 }, (_, index) => ({ SOPClassUID: CT, SOPInstanceUID: `1.2.${index}` }));
  await ask(peerAt(scp.port), {}, [{ TransactionUID: '2.25.1', instances }]);
  const request = parseCommitmentRequest(scp.messages[0]?.dataset ?? Buffer.alloc(0), IMPLICIT);
  assert.ok(!('fault' in request) && request.instances.length === 10_000 && scp.longestPDU() <= 4096);
});

test('takes reports on the same association, before the response or after it, and answers them', async (t) => {
  for (const when of ['before', 'after'] as const) {
    const scp = await startScriptedScp(t, { [when]: reportAll });
    const { failure, told } = await ask(peerAt(scp.port), { waitSeconds: 30 });
    assert.equal(failure, undefined);
    assert.deepEqual(told.toSorted(), ['accepted 2.25.1', 'begin', 'reported 2.25.1 1 3 0'], when);
    await scp.idle();
    assert.equal(scp.aborts(), 0);
    assert.deepEqual(responsesIn(scp), [{
      AffectedSOPClassUID: STORAGE_COMMITMENT_SOP_CLASS, CommandField: COMMAND_FIELD['N-EVENT-REPORT-RSP'],
      MessageIDBeingRespondedTo: 7, CommandDataSetType: NO_DATASET, Status: SUCCESS,
      AffectedSOPInstanceUID: STORAGE_COMMITMENT_SOP_INSTANCE, EventTypeID: 1,
    }]);
  }
});

test('asks for several transactions one after the other, and waits for the reports of all', async (t) => {
  const scp = await startScriptedScp(t, { after: reportAll });
  const requests = ['2.25.1', '2.25.2'].map((TransactionUID) => ({ TransactionUID, instances: INSTANCES }));
  const { told } = await ask(peerAt(scp.port), { waitSeconds: 30 }, requests);
  assert.deepEqual(told.filter((one) => one.startsWith('reported')), ['reported 2.25.1 1 3 0', 'reported 2.25.2 1 3 0']);
});

test('a report that cannot be taken is answered so and not taken for one', async (t) => {
  const scp = await startScriptedScp(t, {
    after: (message, say) => {
      say(REPORT, Buffer.from('no dataset'));
      say({ ...REPORT, CommandField: COMMAND_FIELD['C-ECHO-RQ'], CommandDataSetType: NO_DATASET });
      reportAll(message, say);
    },
  });
  const { told } = await ask(peerAt(scp.port), { waitSeconds: 30 });
  assert.ok(told.includes('reported 2.25.1 1 3 0'));
  await scp.idle();
  const statuses = scp.messages.slice(1).map(({ command }) => command.Status);
  assert.deepEqual(statuses, [INVALID_ARGUMENT_VALUE, UNRECOGNIZED_OPERATION, SUCCESS]);
});

test('a report that is still being put down is answered before the association is released', async (t) => {
  const scp = await startScriptedScp(t, { after: reportAll });
  let putDown: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    putDown = resolve;
  });
  const asked = ask(peerAt(scp.port), {
    waitSeconds: 0.05,
    reported: async () => {
      setTimeout(putDown, 200); // longer than reports are waited for
      await waiting;
      return { status: SUCCESS };
    },
  });
  assert.equal((await asked).failure, undefined);
  await scp.idle();
  assert.equal(responsesIn(scp).length, 1);
});

test('waits no longer than it is told, and a peer that releases first, or never, is no failure', async (t) => {
  const begin = performance.now();
  const silent = await startScriptedScp(t, { onRelease: 'nothing' });
  assert.equal((await ask(peerAt(silent.port, { releaseSeconds: 0.2 }), { waitSeconds: 0.2 })).failure, undefined);
  assert.ok(performance.now() - begin < 5000);
  const leaving = await startScriptedScp(t, {
    seen: (_bytes, socket) => {
      setTimeout(() => socket.write(Buffer.from([0x05, 0, 0, 0, 0, 4, 0, 0, 0, 0])), 50).unref();
    },
  });
  const asked = await ask(peerAt(leaving.port), { waitSeconds: 60 });
  assert.deepEqual(asked, { failure: undefined, told: ['begin', 'accepted 2.25.1'] });
});

test('a peer that does not accept the class is told of as such, and is asked nothing', async (t) => {
  const scp = await startScriptedScp(t, { answerContext: () => ({ result: 3, TransferSyntaxUID: '' }) });
  const { failure, told } = await ask(peerAt(scp.port));
  assert.deepEqual(failure, { reason: 'commitment-unsupported', AETitle: 'PACS', address: `127.0.0.1:${scp.port}` });
  assert.deepEqual([told, scp.messages.length], [[], 0]);
});

test('a refused N-ACTION is a failure with its status, and ends the asking', async (t) => {
  for (const Status of [0x0112, 0x0213, 0x0110]) {
    const scp = await startScriptedScp(t, { respond: () => ({ Status }) });
    const requests = ['2.25.1', '2.25.2'].map((TransactionUID) => ({ TransactionUID, instances: INSTANCES }));
    const { failure, told } = await ask(peerAt(scp.port), {}, requests);
    assert.deepEqual([failure, told], [{ reason: 'commitment-refused', status: Status }, ['begin']]);
    assert.equal(scp.messages.length, 1);
  }
});

test('a peer that is away, silent or drops the connection is said to be', async (t) => {
  assert.equal((await ask(peerAt(await freePort()))).failure?.reason, 'peer-unreachable');
  const mute = await startScriptedScp(t, { respond: () => undefined });
  assert.equal((await ask(peerAt(mute.port, { responseSeconds: 0.2 }))).failure?.reason, 'peer-silent');
  const dropping = await startScriptedScp(t, { before: () => undefined, seen: (_bytes, socket) => void socket.destroy() });
  assert.equal((await ask(peerAt(dropping.port))).failure?.reason, 'peer-aborted');
});

test('a stop ends the wait for reports at once', async (t) => {
  const stopping = new AbortController();
  const scp = await startScriptedScp(t, { after: () => void setTimeout(() => stopping.abort(), 50) });
  const begin = performance.now();
  await ask(peerAt(scp.port), { waitSeconds: 60, signal: stopping.signal });
  assert.ok(performance.now() - begin < 10_000);
});
