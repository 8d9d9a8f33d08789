// Storage commitment: forward killed at each step while it asks and takes over what is reported, and receive while a
// report comes in.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { encodeCommitmentReport, type CommitmentReport } from '../../src/dicom/commitment.ts';
import { parseCommitmentRequest } from '../../src/dicom/parse-commitment.ts';
import { SUCCESS } from '../../src/dicom/status.ts';
import type { DeliveryCommitment } from '../../src/job/commitment.ts';
import { COMMAND_FIELD } from '../../src/network/command-set.ts';
import { findReport } from '../../src/spool/commitment-store.ts';
import { listDeliveryIds } from '../../src/spool/delivery-store.ts';
import { findJson } from '../../src/spool/read.ts';
import { associateToReport, REPORT, reportCommand } from '../rig/commitment.ts';
import { dataPdus } from '../rig/raw-scu.ts';
import type { ReceivedMessage, Script } from '../rig/scripted-scp.ts';
import { makeCrashStation, type CrashStation } from './crash-station.ts';
import { killAtEachStep } from './kill-at-each-step.ts';
import type { TestStation } from '../rig/station.ts';
import { listens, receiveAll, startReceiver } from './send-studies.ts';
import type { SentInstance } from './studies.ts';

/** Reports at once what it commits: all, but for one instance the first time that it is asked. */
class Committer {
  readonly script: Script = {
    after: (message, say) => {
      const asked = requestIn(message);
      if (asked === undefined) return;
      this.requests.push(asked);
      if (!this.reports) return;
      const refused = this.refusesFirst && this.requests.length === 1 ? asked.committed.slice(0, 1) : [];
      this.refusals += refused.length;
      say({ ...REPORT, EventTypeID: refused.length > 0 ? 2 : 1 }, encodeCommitmentReport({
        TransactionUID: asked.TransactionUID,
        committed: asked.committed.filter((one) => !refused.includes(one)),
        failed: refused.map((one) => ({ ...one, FailureReason: 0x0112 })),
      }));
    },
  };
  refusesFirst = false;
  reports = true;
  /** Since it has forgotten. */
  requests: CommitmentReport[] = [];
  refusals = 0;

  /** What it was asked last. */
  get asked(): CommitmentReport {
    const asked = this.requests.at(-1);
    assert.ok(asked !== undefined, 'nothing was asked');
    return asked;
  }

  forget(): void {
    this.requests = [];
    this.refusals = 0;
  }
}

/** What an N-ACTION asks for, as the report that it hopes for. */
function requestIn({ command, dataset }: ReceivedMessage): CommitmentReport | undefined {
  if (command.CommandField !== COMMAND_FIELD['N-ACTION-RQ']) return undefined;
  const request = parseCommitmentRequest(dataset, '1.2.840.10008.1.2');
  assert.ok(!('fault' in request));
  return { TransactionUID: request.TransactionUID, committed: request.instances, failed: [] };
}

/** Brings a study so far that its delivery is due. @returns its instances */
async function makeDue(t: TestContext, crash: CrashStation): Promise<readonly SentInstance[]> {
  const { instances } = crash.studies[0]!;
  await receiveAll(t, crash.station, instances);
  await crash.tick('scan-arrived');
  while ((await listDeliveryIds(crash.station.layout, 'pending')).length < 1) await crash.tick('run-one-job', '--all');
  await crash.keep();
  return instances;
}

/** On an association of its own, all that was asked. @returns whether that was answered with Success */
async function sendReport({ port }: TestStation, { asked }: Committer): Promise<boolean> {
  const scu = await associateToReport(port).catch(() => undefined); // it may be killed at any moment
  if (scu === undefined) return false;
  scu.send(dataPdus(1, reportCommand(), true), dataPdus(1, encodeCommitmentReport(asked), false));
  const answer = await scu.next();
  scu.socket.destroy();
  return answer.kind === 'command' && answer.command.Status === SUCCESS;
}

/** Every instance of every delivery, once all is at rest. */
async function findUncommitted({ station: { layout } }: CrashStation): Promise<string[]> {
  const violations: string[] = [];
  for (const DeliveryId of await listDeliveryIds(layout, 'done')) {
    const folder = layout.deliveryFolder('done', DeliveryId);
    const { committed = [] } = await findJson<DeliveryCommitment>(folder.transaction) ?? {};
    const delivery = await findJson<{ instances: readonly { SOPInstanceUID: string }[] }>(folder.delivery);
    const missing = delivery?.instances.filter(({ SOPInstanceUID }) => !committed.includes(SOPInstanceUID)) ?? [];
    violations.push(...missing.map(({ SOPInstanceUID }) => `done and not committed: ${SOPInstanceUID}`));
  }
  return violations;
}

for (const [title, refusesFirst] of [['all is committed', false], ['an instance has to be sent again', true]] as const) {
  test(`every instance is committed in the end, wherever forward is killed: ${title}`, async (t) => {
    const committer = new Committer();
    committer.refusesFirst = refusesFirst;
    const crash = await makeCrashStation(t, {
      streams: ['RelayToPacs'], committing: { PACS: 30 }, scripts: { PACS: committer.script },
    });
    const instances = await makeDue(t, crash);
    await killAtEachStep(crash, {
      command: 'forward',
      title: `forward, with storage commitment: ${title}`,
      leastSteps: 14,
      acknowledged: instances,
      isInOrder: true,
      inFlight: 1,
      deathsOfDestination: () => committer.refusals,
      run: (env) => {
        committer.forget();
        return crash.station.dts(['forward'], { env });
      },
      whenAtRest: () => findUncommitted(crash),
    });
  });
}

test('a report that was answered with Success is kept, wherever receive is killed; else it can be sent again', async (t) => {
  const committer = new Committer();
  committer.reports = false;
  const crash = await makeCrashStation(t, {
    streams: ['RelayToPacs'], committing: { PACS: 0 }, scripts: { PACS: committer.script },
  });
  const { station } = crash;
  const instances = await makeDue(t, crash);
  let isAnswered = false;
  await killAtEachStep(crash, {
    command: 'receive',
    title: 'receive, while a report of storage commitment comes',
    leastSteps: 6,
    isInOrder: false,
    acknowledged: instances,
    async run(env) {
      committer.forget();
      await crash.tick('forward');
      const receiver = startReceiver(t, station, env);
      isAnswered = await listens(station, receiver) && await sendReport(station, committer);
      receiver.child.kill('SIGTERM');
      return receiver.ended;
    },
    async whenDead() {
      const isKept = await findReport(station.layout, committer.asked.TransactionUID) !== undefined;
      const lost = isAnswered && !isKept ? ['answered and lost: the report'] : [];
      const receiver = startReceiver(t, station);
      await listens(station, receiver);
      const taken = await sendReport(station, committer);
      receiver.child.kill('SIGTERM');
      await receiver.ended;
      return taken ? lost : [...lost, 'the report is not taken any more'];
    },
    whenAtRest: () => findUncommitted(crash),
  });
});
