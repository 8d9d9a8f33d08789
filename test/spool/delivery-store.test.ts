import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { DELIVERY_MOVES, DELIVERY_STATES, isDeliveryState, mayMoveDelivery } from '../../src/job/delivery-state.ts';
import type { Delivery } from '../../src/job/delivery.ts';
import {
  findAnswers, findDelivery, findDeliveryState, listDeliveryIds, makeDelivery, moveDelivery,
} from '../../src/spool/delivery-store.ts';
import { DeliveryFolder, Layout } from '../../src/spool/layout.ts';
import { LeaseLost } from '../../src/spool/lease-lost.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { filesBelow } from '../rig/receiver.ts';
import { HELD, LOST } from './held-lease.ts';

/** The moves of docs/INTERNALS.md, written down a second time so that neither table changes alone. */
const LEGAL_MOVES = new Set([
  'pending confirming', 'pending done', 'pending failed', 'pending held', 'pending cancelled',
  'confirming pending', 'confirming done', 'confirming failed', 'confirming held', 'confirming cancelled',
  'failed pending', 'failed done', 'failed cancelled', 'held pending', 'held cancelled', 'cancelled pending',
]);

const DELIVERY: Delivery = {
  DeliveryId: '20261120T081530123Z-AICore-1a2b3c4d-PACS-5e6f7a8b',
  JobId: '20261120T081530123Z-AICore-1a2b3c4d',
  stream: 'AICore', StudyInstanceUID: '1.2.3', AccessionNumber: 'A1', PatientID: 'P1',
  createdAt: '2026-11-20T08:16:00.000Z',
  destination: 'PACS', place: 'peer PACS 10.0.0.2 104',
  instances: [],
};
const { DeliveryId } = DELIVERY;

/** A layout, and the instances of a job's result in it. */
async function makeResult(t: TestContext): Promise<{ layout: Layout; files: string[] }> {
  const layout = new Layout(await temporaryFolder(t));
  const result = join(layout.job('validated', DELIVERY.JobId), 'result');
  await mkdir(result, { recursive: true });
  const files = ['1.2.3.1.dcm', '1.2.3.2.dcm'].map((name) => join(result, name));
  for (const file of files) await writeFile(file, file);
  return { layout, files };
}

for (const from of DELIVERY_STATES) {
  test(`from ${from} a delivery moves to ${DELIVERY_MOVES[from].join(', ') || 'nothing'} alone`, async (t) => {
    for (const to of DELIVERY_STATES) {
      const layout = new Layout(await temporaryFolder(t));
      await mkdir(layout.delivery(from, DeliveryId), { recursive: true });
      await writeFile(new DeliveryFolder(layout.delivery(from, DeliveryId)).delivery, JSON.stringify(DELIVERY));
      const stored = await findDelivery(layout, from, DeliveryId);
      assert.ok(stored);
      const isLegal = LEGAL_MOVES.has(`${from} ${to}`);
      assert.equal(mayMoveDelivery(from, to), isLegal, `${from} to ${to}`);
      if (isLegal) {
        const moved = await moveDelivery(HELD, layout, stored, to);
        assert.deepEqual([moved.state, moved.folder.path], [to, layout.delivery(to, DeliveryId)]);
      } else {
        await assert.rejects(moveDelivery(HELD, layout, stored, to), /illegal move/);
      }
      assert.deepEqual(await filesBelow(layout.outbox), [`${isLegal ? to : from}/${DeliveryId}/delivery.json`]);
    }
  });
}

test('knows its states by their words', () => {
  assert.ok(DELIVERY_STATES.every(isDeliveryState));
  for (const word of ['', 'forwarding', 'toString']) assert.equal(isDeliveryState(word), false);
});

test('a delivery holds its instances itself: the job and its result may go', async (t) => {
  const { layout, files } = await makeResult(t);
  assert.equal(await makeDelivery(HELD, layout, DELIVERY, files), true);
  assert.equal((await stat(files[0]!)).nlink, 2);
  await rm(layout.jobs, { recursive: true });
  const stored = await findDelivery(layout, 'pending', DeliveryId);
  assert.ok(stored);
  assert.deepEqual(stored.delivery, DELIVERY);
  assert.deepEqual(await filesBelow(stored.folder.instances), ['1.2.3.1.dcm', '1.2.3.2.dcm']);
  assert.equal(await readFile(join(stored.folder.instances, '1.2.3.1.dcm'), 'utf8'), files[0]);
});

test('a delivery is made once, whatever state the first has reached', async (t) => {
  const { layout, files } = await makeResult(t);
  await makeDelivery(HELD, layout, DELIVERY, files);
  const stored = await findDelivery(layout, 'pending', DeliveryId);
  assert.ok(stored);
  await moveDelivery(HELD, layout, stored, 'done');
  assert.equal(await makeDelivery(HELD, layout, DELIVERY, files), false);
  assert.equal(await findDeliveryState(layout, DeliveryId), 'done');
  assert.deepEqual(await listDeliveryIds(layout, 'pending'), []);
  assert.deepEqual(await listDeliveryIds(layout, 'done'), [DeliveryId]);
});

test('what an interrupted making left does not get into the delivery', async (t) => {
  const { layout, files } = await makeResult(t);
  const half = new DeliveryFolder(join(layout.deliveriesBeingMade, DeliveryId));
  await mkdir(half.instances, { recursive: true });
  await writeFile(join(half.instances, '1.2.3.1.dcm'), 'of an earlier result');
  await writeFile(join(half.instances, '9.9.9.dcm'), '');
  await makeDelivery(HELD, layout, DELIVERY, files);
  const { instances } = new DeliveryFolder(layout.delivery('pending', DeliveryId));
  assert.deepEqual(await filesBelow(instances), ['1.2.3.1.dcm', '1.2.3.2.dcm']);
  assert.equal(await readFile(join(instances, '1.2.3.1.dcm'), 'utf8'), files[0]);
});

test('an instance that is missing leaves no delivery', async (t) => {
  const { layout, files } = await makeResult(t);
  await assert.rejects(makeDelivery(HELD, layout, DELIVERY, [...files, `${files[0]}x`]), { code: 'ENOENT' });
  assert.equal(await findDeliveryState(layout, DeliveryId), undefined);
});

test('answers are read in the order in which they came, over lines that were cut short', async (t) => {
  const { layout, files } = await makeResult(t);
  await makeDelivery(HELD, layout, DELIVERY, files);
  const folder = new DeliveryFolder(layout.delivery('pending', DeliveryId));
  assert.deepEqual(await findAnswers(folder), []);
  const answers = [1, 2].map((number) => ({ time: 't', SOPInstanceUID: `1.2.3.${number}`, status: 0 }));
  const [first, second] = answers.map((answer) => JSON.stringify(answer));
  await appendFile(folder.answers, `${first}\n{"time":"t","SOPInst\n\n${second}\n{"time":`);
  assert.deepEqual(await findAnswers(folder), answers);
});

test('without the lease nothing is made or moved', async (t) => {
  const { layout, files } = await makeResult(t);
  await assert.rejects(makeDelivery(LOST, layout, DELIVERY, files), LeaseLost);
  assert.equal(await findDeliveryState(layout, DeliveryId), undefined);
  await makeDelivery(HELD, layout, DELIVERY, files);
  const stored = await findDelivery(layout, 'pending', DeliveryId);
  assert.ok(stored);
  await assert.rejects(moveDelivery(LOST, layout, stored, 'done'), LeaseLost);
  assert.equal(await findDeliveryState(layout, DeliveryId), 'pending');
});
