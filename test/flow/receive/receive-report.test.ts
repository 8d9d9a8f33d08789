import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { COMMITMENT_EVENT, type CommitmentReport } from '../../../src/dicom/commitment.ts';
import {
  INVALID_ARGUMENT_VALUE, NO_SUCH_EVENT_TYPE, NO_SUCH_SOP_INSTANCE, PROCESSING_FAILURE, SUCCESS,
} from '../../../src/dicom/status.ts';
import { findReport, findTransaction, listReports, noteTransaction } from '../../../src/spool/commitment-store.ts';
import { makeDirectoryDurable } from '../../../src/spool/durable.ts';
import type { Layout } from '../../../src/spool/layout.ts';
import { associateToReport, report } from '../../rig/commitment.ts';
import { filesBelow, startReceiver } from '../../rig/receiver.ts';

const TRANSACTION = '2.25.99';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const REPORT: CommitmentReport = {
  TransactionUID: TRANSACTION,
  committed: [{ SOPClassUID: CT, SOPInstanceUID: '1.2.1' }],
  failed: [{ SOPClassUID: CT, SOPInstanceUID: '1.2.2', FailureReason: 0x0112 }],
};

function ask(layout: Layout): Promise<void> {
  const askedAt = '2026-11-20T08:15:30.123Z';
  return noteTransaction(layout, { TransactionUID: TRANSACTION, DeliveryId: 'D1', askedAt });
}

test('a report of what was asked is on disk when it is answered, and told of', async (t) => {
  const receiver = await startReceiver(t, { prepare: ask });
  const scu = await associateToReport(receiver.port);
  const { Status } = await report(scu, REPORT, { EventTypeID: COMMITMENT_EVENT.failuresExist });
  assert.equal(Status, SUCCESS);
  const kept = await findReport(receiver.layout, TRANSACTION);
  assert.deepEqual({ ...kept, reportedAt: undefined }, { ...REPORT, reportedAt: undefined });
  assert.deepEqual(await listReports(receiver.layout), [TRANSACTION]);
  const [event] = await receiver.happened('commitment-reported');
  assert.deepEqual([event?.DeliveryId, event?.committed, event?.failed], ['D1', 1, 1]);
  await scu.release();
});

test('one that comes again is answered the same and takes the place of the first', async (t) => {
  const receiver = await startReceiver(t, { prepare: ask });
  const scu = await associateToReport(receiver.port);
  await report(scu, REPORT);
  assert.equal((await report(scu, { ...REPORT, failed: [] })).Status, SUCCESS);
  assert.deepEqual((await findReport(receiver.layout, TRANSACTION))?.failed, []);
  await scu.release();
});

test('what nobody asked, or nobody can read, is refused and leaves nothing', async (t) => {
  const receiver = await startReceiver(t, { prepare: ask });
  const before = await filesBelow(receiver.layout.datadir);
  const scu = await associateToReport(receiver.port);
  const statuses = [
    (await report(scu, { ...REPORT, TransactionUID: '2.25.98' })).Status,
    (await report(scu, { ...REPORT, TransactionUID: '../../x' })).Status,
    (await report(scu, Buffer.from('no dataset'))).Status,
    (await report(scu, REPORT, { EventTypeID: 3 })).Status,
    (await report(scu, REPORT, { AffectedSOPInstanceUID: '1.2.3' })).Status,
  ];
  assert.deepEqual(statuses, [INVALID_ARGUMENT_VALUE, INVALID_ARGUMENT_VALUE, INVALID_ARGUMENT_VALUE,
    NO_SUCH_EVENT_TYPE, NO_SUCH_SOP_INSTANCE]);
  assert.deepEqual(await filesBelow(receiver.layout.datadir), before);
  const refused = await receiver.happened('commitment-report-refused', statuses.length);
  assert.deepEqual(refused.map(({ status }) => status), statuses);
  await scu.release();
});

test('a report that cannot be kept is not answered with Success, and the association goes on', async (t) => {
  const receiver = await startReceiver(t, {
    prepare: async (layout) => {
      await ask(layout);
      await makeDirectoryDurable(layout.commitment);
      await writeFile(layout.commitmentReports, 'a file where a folder should be');
    },
  });
  const scu = await associateToReport(receiver.port);
  assert.equal((await report(scu, REPORT)).Status, PROCESSING_FAILURE);
  await writeFile(receiver.layout.transaction(TRANSACTION), '{');
  assert.equal((await report(scu, REPORT)).Status, PROCESSING_FAILURE);
  await scu.release();
  assert.equal((await readdir(receiver.layout.transactions)).length, 1);
});

test('a transaction is found by its UID and by nothing else', async (t) => {
  const { layout } = await startReceiver(t, { prepare: ask });
  assert.equal((await findTransaction(layout, TRANSACTION))?.DeliveryId, 'D1');
  for (const name of ['', '..', '.', '2.25.1', '../asked/2.25.99']) {
    assert.equal(await findTransaction(layout, name), undefined, name);
  }
});
