import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { advanceOne } from '../../../src/flow/job/advance-next.ts';
import { changeDelivery } from '../../../src/flow/delivery/change-delivery.ts';
import { changeJob, planChange, type JobChange } from '../../../src/flow/job/change-job.ts';
import { deliverDue } from '../../../src/flow/delivery/deliver.ts';
import { DELIVERY_STATES, type DeliveryState } from '../../../src/job/delivery-state.ts';
import { findDeliveryState, listDeliveryIds } from '../../../src/spool/delivery-store.ts';
import { makeDirectoryDurable, moveDurable } from '../../../src/spool/durable.ts';
import { findJobState } from '../../../src/spool/job-store.ts';
import { DeliveryFolder } from '../../../src/spool/layout.ts';
import { exists, findJsonLines } from '../../../src/spool/read.ts';
import { freePort } from '../../rig/peers.ts';
import { makeFlowStation, type FlowStation } from '../flow-station.ts';

/** What each change comes to from each state: the state after it, or a dash where it is refused. */
const OUTCOMES: { readonly [From in DeliveryState]: { readonly [Change in JobChange]: DeliveryState | '-' } } = {
  pending: { retry: '-', cancel: 'cancelled', hold: 'held', release: '-' },
  confirming: { retry: '-', cancel: 'cancelled', hold: 'held', release: '-' },
  done: { retry: '-', cancel: '-', hold: '-', release: '-' },
  failed: { retry: 'pending', cancel: 'cancelled', hold: '-', release: '-' },
  held: { retry: '-', cancel: 'cancelled', hold: '-', release: 'pending' },
  cancelled: { retry: 'pending', cancel: '-', hold: '-', release: '-' },
};

const CHANGES: readonly JobChange[] = ['retry', 'cancel', 'hold', 'release'];

/** A relay whose one delivery is pending; nobody listens at its destination, which is given up on at once. */
async function makePending(t: TestContext): Promise<{ station: FlowStation; JobId: string; DeliveryId: string }> {
  const destination = { AETitle: 'PACS', IP: '127.0.0.1', PORT: await freePort(), retry: { giveUpAfterSeconds: 0 } };
  const station = await makeFlowStation(t, {
    config: { Streams: [{ name: 'Relay', trigger: {}, destination: [destination] }] },
  });
  const [JobId = ''] = await station.arrive();
  await station.advance(JobId, ['pending', 'validated']);
  const [DeliveryId = ''] = await listDeliveryIds(station.layout, 'pending');
  station.happened.length = 0;
  return { station, JobId, DeliveryId };
}

/** Its only delivery has failed, and the job with it. */
async function makeFailed(t: TestContext): Promise<Awaited<ReturnType<typeof makePending>>> {
  const made = await makePending(t);
  for (const aheadSeconds of [10, 20, 30]) { // so many tries it takes to give up
    made.station.aheadSeconds = aheadSeconds;
    await deliverDue(made.station, { only: made.DeliveryId });
  }
  await advanceOne(made.station, made.JobId);
  assert.equal(await findJobState(made.station.layout, made.JobId), 'failed');
  return made;
}

/** As a person would, with mv. */
async function put({ layout }: FlowStation, DeliveryId: string, to: DeliveryState): Promise<void> {
  if (to === 'pending') return;
  await makeDirectoryDurable(layout.deliveriesIn(to));
  await moveDurable(layout.delivery('pending', DeliveryId), layout.delivery(to, DeliveryId));
}

for (const from of DELIVERY_STATES) {
  test(`what a person may do with a delivery that is ${from}`, async (t) => {
    for (const change of CHANGES) {
      const { station, DeliveryId } = await makePending(t);
      await put(station, DeliveryId, from);
      const to = OUTCOMES[from][change];
      const outcome = to === '-' ? { refused: from } : { moved: to };
      assert.deepEqual(await changeDelivery(station, DeliveryId, change), outcome, change);
      assert.equal(await findDeliveryState(station.layout, DeliveryId), to === '-' ? from : to, change);
      assert.equal(station.eventsOf('delivery-moved').length, to === '-' ? 0 : 1);
    }
  });
}

test('another try forgets what was refused and keeps what is stored', async (t) => {
  const { station, DeliveryId } = await makePending(t);
  const folder = new DeliveryFolder(station.layout.delivery('pending', DeliveryId));
  const answer = (number: number, told: object): object => ({ time: 't', SOPInstanceUID: `1.2.${number}`, ...told });
  const stored = [answer(1, { status: 0 }), answer(2, { status: 0xb007 })];
  const others = [
    answer(3, { status: 0xa900 }), answer(4, { status: 0xa700 }),
    answer(5, { failure: { reason: 'instance-unreadable', file: 'x', text: 'y' } }),
  ];
  await writeFile(folder.answers, [...others, ...stored].map((line) => `${JSON.stringify(line)}\n`).join('') + '{"cut');
  for (const file of [folder.clock, folder.failures]) await writeFile(file, '[]');
  await put(station, DeliveryId, 'failed');
  assert.deepEqual(await changeDelivery(station, DeliveryId, 'retry'), { moved: 'pending' });
  assert.deepEqual(await findJsonLines(folder.answers), stored);
  assert.doesNotMatch(await readFile(folder.answers, 'utf8'), /cut/);
  assert.equal(await exists(folder.clock), false);
  assert.equal(await exists(folder.failures), false);
});

test('the job that failed for a delivery waits for it again', async (t) => {
  const { station, JobId, DeliveryId } = await makeFailed(t);
  assert.equal(await findDeliveryState(station.layout, DeliveryId), 'failed');
  assert.deepEqual(await changeDelivery(station, DeliveryId, 'retry'), { moved: 'pending' });
  assert.equal(await findJobState(station.layout, JobId), 'forwarding');
});

test('the job that failed for a delivery is done when a person cancels that', async (t) => {
  const { station, JobId, DeliveryId } = await makeFailed(t);
  assert.deepEqual(await changeDelivery(station, DeliveryId, 'cancel'), { moved: 'cancelled' });
  await advanceOne(station, JobId);
  assert.equal(await findJobState(station.layout, JobId), 'done');
});

test('a retry of the job does not run it anew while its delivery is on its way again', async (t) => {
  const { station, JobId, DeliveryId } = await makeFailed(t);
  const { layout } = station;
  await rename(layout.delivery('failed', DeliveryId), layout.delivery('pending', DeliveryId)); // by hand, or cut off
  assert.deepEqual(await planChange(station, JobId, 'retry'), { moved: 'forwarding' });
  assert.deepEqual(await changeJob(station, JobId, 'retry'), { moved: 'forwarding' });
  assert.equal(await findJobState(layout, JobId), 'forwarding');
});

test('there is nothing to change about a delivery that there is not', async (t) => {
  const { station } = await makePending(t);
  assert.equal(await changeDelivery(station, 'no-such-delivery', 'cancel'), 'unknown');
});
