// What the receiver's network side makes of N-EVENT-REPORT: roles, transfer syntaxes, messages. What becomes of a
// report is test/flow/receive/receive-report.test.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeCommitmentReport, STORAGE_COMMITMENT_SOP_CLASS, STORAGE_COMMITMENT_SOP_INSTANCE,
} from '../../src/dicom/commitment.ts';
import { INVALID_ARGUMENT_VALUE, RESOURCE_LIMITATION, SUCCESS, UNRECOGNIZED_OPERATION } from '../../src/dicom/status.ts';
import { MAXIMUM_COLLECTED_BYTES } from '../../src/network/collected-dataset.ts';
import { COMMAND_FIELD, NO_DATASET } from '../../src/network/command-set.ts';
import type { CommitmentMessage } from '../../src/network/store-hooks.ts';
import { associateToReport, COMMITMENT_CONTEXT, report, reportCommand, roleItem } from '../rig/commitment.ts';
import { startMemoryScp, type MemoryScp } from '../rig/memory-scp.ts';
import { CT_IMAGE_STORAGE, dataPdus, EXPLICIT_VR_LITTLE_ENDIAN, RawScu, storeCommand } from '../rig/raw-scu.ts';
import { acceptOf, contextsOf, userItemsOf } from './associate-answer.ts';

const DEFLATED = '1.2.840.10008.1.2.1.99';
const REPORT = { TransactionUID: '2.25.1', committed: [{ SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID: '1.2' }], failed: [] };

async function startScp(
  t: Parameters<typeof startMemoryScp>[0],
): Promise<{ readonly scp: MemoryScp; readonly messages: CommitmentMessage[] }> {
  const messages: CommitmentMessage[] = [];
  const scp = await startMemoryScp(t, {
    hooks: {
      acceptsSOPClass: (UID) => UID === CT_IMAGE_STORAGE || UID === STORAGE_COMMITMENT_SOP_CLASS,
      commitmentReported: async (message) => {
        messages.push({ ...message, dataset: Buffer.from(message.dataset) });
        return { status: SUCCESS };
      },
    },
  });
  return { scp, messages };
}

test('leaves a peer the role of the SCP of storage commitment, and of nothing else', async (t) => {
  const { scp } = await startScp(t);
  const contexts = [COMMITMENT_CONTEXT, { id: 3 }];
  const proposals: readonly [0 | 1, 0 | 1][] = [[0, 1], [1, 1], [1, 0]];
  for (const roles of proposals) {
    const accept = await acceptOf(scp, {
      contexts, userItems: [roleItem(STORAGE_COMMITMENT_SOP_CLASS, ...roles), roleItem(CT_IMAGE_STORAGE, 1, 1)],
    });
    assert.deepEqual(contextsOf(accept).map(([, result]) => result), [0, 0]);
    const answers = userItemsOf(accept).filter(({ type }) => type === 0x54).map(({ value }) => value);
    assert.deepEqual(answers, [
      roleItem(STORAGE_COMMITMENT_SOP_CLASS, ...roles).subarray(4), roleItem(CT_IMAGE_STORAGE, 1, 0).subarray(4),
    ]);
  }
});

test('takes storage commitment in a transfer syntax that it reads at once', async (t) => {
  const { scp } = await startScp(t);
  const proposing = async (transferSyntaxes: readonly string[]) => {
    return contextsOf(await acceptOf(scp, { contexts: [{ ...COMMITMENT_CONTEXT, transferSyntaxes }] }))[0];
  };
  assert.deepEqual(await proposing([DEFLATED, EXPLICIT_VR_LITTLE_ENDIAN]), [1, 0, EXPLICIT_VR_LITTLE_ENDIAN]);
  assert.equal((await proposing([DEFLATED, '1.2.840.10008.1.2.4.90', '1.2.3']))?.[1], 4);
});

test('hands a report on whole, however it was cut, and answers as it is told', async (t) => {
  const { scp, messages } = await startScp(t);
  const scu = await associateToReport(scp.port);
  const dataset = encodeCommitmentReport(REPORT);
  scu.send(dataPdus(1, reportCommand(), true), dataPdus(1, dataset, false, 2));
  const answer = await scu.next();
  assert.ok(answer.kind === 'command');
  assert.deepEqual(answer.command, {
    AffectedSOPClassUID: STORAGE_COMMITMENT_SOP_CLASS,
    CommandField: COMMAND_FIELD['N-EVENT-REPORT-RSP'],
    MessageIDBeingRespondedTo: 7,
    CommandDataSetType: NO_DATASET,
    Status: SUCCESS,
    AffectedSOPInstanceUID: STORAGE_COMMITMENT_SOP_INSTANCE,
    EventTypeID: 1,
  });
  assert.deepEqual(messages, [{
    peer: { callingAETitle: 'PACS', calledAETitle: 'DTS', address: '127.0.0.1' },
    AffectedSOPInstanceUID: STORAGE_COMMITMENT_SOP_INSTANCE, EventTypeID: 1,
    TransferSyntaxUID: '1.2.840.10008.1.2', dataset,
  }]);
  await scu.release();
});

test('takes a report also where no role was negotiated', async (t) => {
  const { scp, messages } = await startScp(t);
  const scu = await RawScu.associate(scp.port, { contexts: [COMMITMENT_CONTEXT] });
  assert.equal((await report(scu, REPORT)).Status, SUCCESS);
  assert.equal(messages.length, 1);
  await scu.release();
});

test('refuses a report without a dataset, one that is too long, and one in a context of another class', async (t) => {
  const { scp, messages } = await startScp(t);
  const scu = await associateToReport(scp.port);
  scu.send(dataPdus(1, reportCommand({ CommandDataSetType: NO_DATASET }), true));
  const answer = await scu.next();
  assert.ok(answer.kind === 'command' && answer.command.Status === INVALID_ARGUMENT_VALUE);
  const tooLong = Buffer.alloc(MAXIMUM_COLLECTED_BYTES + 2);
  assert.equal((await report(scu, tooLong)).Status, RESOURCE_LIMITATION);
  await scu.release();
  const storing = await RawScu.associate(scp.port);
  assert.equal((await report(storing, REPORT)).Status, UNRECOGNIZED_OPERATION);
  await storing.release();
  assert.deepEqual(messages, []);
});

test('stores nothing in a context of storage commitment, and knows no other operation there', async (t) => {
  const { scp } = await startScp(t);
  const scu = await associateToReport(scp.port);
  assert.equal((await scu.store('1.2.3', Buffer.from('dataset '))).Status, UNRECOGNIZED_OPERATION);
  const action = { CommandField: COMMAND_FIELD['N-ACTION-RQ'], RequestedSOPInstanceUID: STORAGE_COMMITMENT_SOP_INSTANCE };
  assert.equal((await report(scu, REPORT, action)).Status, UNRECOGNIZED_OPERATION);
  assert.equal(scp.stored.length, 0);
  scu.send(dataPdus(1, storeCommand('1.2.3'), true));
  scu.socket.destroy();
});
