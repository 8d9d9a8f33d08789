// From stored to committed: what peers report, when, and what becomes of a delivery.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, utimes } from 'node:fs/promises';
import { test } from 'node:test';
import { confirmDue } from '../../../src/flow/commitment/confirm-due.ts';
import { changeDelivery } from '../../../src/flow/delivery/change-delivery.ts';
import { failureText } from '../../../src/job/failure-text.ts';
import type { Failure } from '../../../src/job/failure.ts';
import {
  findReport, findTransaction, keepReport, listReports, noteTransaction,
} from '../../../src/spool/commitment-store.ts';
import { writeJsonDurable } from '../../../src/spool/durable.ts';
import { writeHeldDestination } from '../../../src/spool/held-destinations.ts';
import { findJobState } from '../../../src/spool/job-store.ts';
import { findJson, listDirectory } from '../../../src/spool/read.ts';
import { freePort } from '../../rig/peers.ts';
import { startScriptedScp } from '../../rig/scripted-scp.ts';
import { SERIES, type FlowStation } from '../flow-station.ts';
import {
  FAILURE, forward, isAction, makeCommitting, reporting, reportLater, requestsTo, storesTo, theDelivery,
} from './committing-station.ts';

const ONE = `${SERIES}.1`;
const TWO = `${SERIES}.2`;

async function stateOf(station: FlowStation): Promise<string> {
  return (await theDelivery(station))[0];
}

async function failuresOf(station: FlowStation): Promise<readonly Failure[]> {
  return await findJson(station.layout.deliveryFolder(...await theDelivery(station)).failures) ?? [];
}

async function jobState(station: FlowStation): Promise<string | undefined> {
  const [, DeliveryId] = await theDelivery(station);
  return findJobState(station.layout, DeliveryId.replace(/-PACS-[0-9a-f]{8}$/, ''));
}

test('a report on the same association ends it in one go', async (t) => {
  const { station, scp } = await makeCommitting(t, { script: reporting(), storageCommitment: { waitSeconds: 30 } });
  await forward(station);
  assert.equal(await stateOf(station), 'done');
  assert.deepEqual(requestsTo(scp).map(({ instances }) => instances.map((one) => one.SOPInstanceUID)), [[ONE, TWO]]);
  assert.deepEqual(station.eventsOf('delivery-done').map(({ committed }) => committed), [true]);
  assert.equal(await jobState(station), 'done');
  assert.deepEqual(await listReports(station.layout), []);
  assert.deepEqual([...new Set(scp.associations.flat().map(({ SOPClassUID }) => SOPClassUID))].length, 2);
});

test('what is asked is on disk before it is, for the receiver and for the delivery', async (t) => {
  const seen: string[] = [];
  const { station } = await makeCommitting(t, { script: {
    before: (message) => {
      if (!isAction(message)) return;
      const { layout } = station;
      const [noted = ''] = requestsTo({ messages: [message] }).map(({ TransactionUID }) => TransactionUID);
      seen.push(existsSync(layout.transaction(noted)) ? 'noted' : 'not noted');
      const { DeliveryId } = JSON.parse(readFileSync(layout.transaction(noted), 'utf8')) as { DeliveryId: string };
      const text = readFileSync(layout.deliveryFolder('confirming', DeliveryId).transaction, 'utf8');
      seen.push(text.includes(noted) ? 'written down' : 'not written down');
    },
  } });
  await forward(station);
  assert.deepEqual(seen, ['noted', 'written down']);
});

test('until a report comes the delivery and its job wait, and nobody is asked again', async (t) => {
  const made = await makeCommitting(t);
  const { station, scp } = made;
  for (let round = 0; round < 3; round += 1) await forward(station);
  assert.equal(await stateOf(station), 'confirming');
  assert.equal(await jobState(station), 'forwarding');
  assert.equal(requestsTo(scp).length, 1);
  assert.equal(station.eventsOf('commitment-asked').length, 1);
  await reportLater(made, 0);
  await forward(station);
  assert.deepEqual([await stateOf(station), await jobState(station)], ['done', 'done']);
});

test('a report that comes hours later, after a restart, is as good', async (t) => {
  const made = await makeCommitting(t);
  await forward(made.station);
  made.station.aheadSeconds = 12 * 3600;
  await reportLater(made, 0);
  await forward(made.station);
  const [done] = made.station.eventsOf('delivery-done');
  assert.ok((done?.seconds ?? 0) >= 12 * 3600 - 5, `${done?.seconds}`);
});

test('what is not committed is sent again alone, and asked about alone', async (t) => {
  const { station, scp } = await makeCommitting(t, {
    script: reporting((UID, times) => UID === TWO && times === 1), storageCommitment: { waitSeconds: 30 },
  });
  await forward(station);
  assert.equal(await stateOf(station), 'pending');
  const [told] = station.eventsOf('delivery-not-committed');
  assert.deepEqual(told?.failures.map((failure) => 'SOPInstanceUID' in failure && failure.SOPInstanceUID), [TWO]);
  await forward(station);
  assert.deepEqual([await stateOf(station), await jobState(station)], ['done', 'done']);
  assert.deepEqual(storesTo(scp), [ONE, TWO, TWO]);
  assert.deepEqual(requestsTo(scp).map(({ instances }) => instances.map((one) => one.SOPInstanceUID)), [[ONE, TWO], [TWO]]);
});

test('what stays uncommitted fails the delivery with the reason for each instance, and a retry sends it again', async (t) => {
  let isMended = false;
  const { station, scp } = await makeCommitting(t, {
    script: reporting((UID) => UID === ONE && !isMended), storageCommitment: { waitSeconds: 30, resend: 1 },
  });
  for (let round = 0; round < 3; round += 1) await forward(station);
  assert.deepEqual([await stateOf(station), await jobState(station)], ['failed', 'failed']);
  const { TransactionUID = '' } = requestsTo(scp).at(-1) ?? {};
  assert.deepEqual(await failuresOf(station), [
    { reason: 'instance-not-committed', SOPInstanceUID: ONE, TransactionUID, FailureReason: FAILURE },
  ]);
  assert.deepEqual(storesTo(scp), [ONE, TWO, ONE]);
  isMended = true;
  const [, DeliveryId] = await theDelivery(station);
  assert.deepEqual(await changeDelivery(station, DeliveryId, 'retry'), { moved: 'pending' });
  await forward(station);
  assert.deepEqual([await stateOf(station), await jobState(station)], ['done', 'done']);
  assert.deepEqual(storesTo(scp), [ONE, TWO, ONE, ONE]);
});

test('without a report it is asked again, then it has failed, and is done when the report comes after all', async (t) => {
  const made = await makeCommitting(t, { storageCommitment: { waitSeconds: 0, reportWithinSeconds: 3600, attempts: 2 } });
  const { station, scp } = made;
  for (let round = 0; round < 2; round += 1) {
    await forward(station);
    assert.equal(await stateOf(station), 'confirming');
    station.aheadSeconds += 3601;
  }
  await forward(station);
  assert.deepEqual([await stateOf(station), await jobState(station)], ['failed', 'failed']);
  assert.deepEqual(await failuresOf(station), [
    { reason: 'commitment-not-reported', instances: 2, tries: 2, withinSeconds: 3600 },
  ]);
  const uids = requestsTo(scp).map(({ TransactionUID }) => TransactionUID);
  assert.equal(new Set(uids).size, 2, 'each asked in a transaction of its own');
  await reportLater(made, 0);
  await forward(station);
  assert.deepEqual([await stateOf(station), await jobState(station)], ['done', 'done']);
  assert.deepEqual(await failuresOf(station), []);
  assert.deepEqual(storesTo(scp), [ONE, TWO], 'nothing was sent again');
});

test('the report on an earlier transaction counts where it commits, and not where it does not', async (t) => {
  const made = await makeCommitting(t, { storageCommitment: { waitSeconds: 0, reportWithinSeconds: 60, attempts: 3 } });
  const { station } = made;
  await forward(station);
  station.aheadSeconds += 61;
  await forward(station);
  await reportLater(made, 0, (UID) => UID === TWO);
  await forward(station);
  assert.equal(await stateOf(station), 'confirming');
  await reportLater(made, 1);
  await forward(station);
  assert.equal(await stateOf(station), 'done');
  assert.equal(station.eventsOf('delivery-not-committed').length, 0);
});

test('a report that comes twice changes nothing, and one for what is gone is forgotten', async (t) => {
  const made = await makeCommitting(t);
  const { station } = made;
  await forward(station);
  await reportLater(made, 0);
  await forward(station);
  await reportLater(made, 0, () => true);
  await forward(station);
  assert.equal(await stateOf(station), 'done');
  await noteTransaction(station.layout, { TransactionUID: '2.25.5', DeliveryId: 'gone', askedAt: '' });
  await keepReport(station.layout, { TransactionUID: '2.25.5', committed: [], failed: [], reportedAt: '' });
  await keepReport(station.layout, { TransactionUID: '2.25.6', committed: [], failed: [], reportedAt: '' });
  await forward(station);
  assert.deepEqual(await listReports(station.layout), []);
});

test('a peer that does not accept the class holds the delivery in words that say what to do; released, it is asked anew', async (t) => {
  let accepts = false;
  const { station, scp } = await makeCommitting(t, {
    storageCommitment: { waitSeconds: 30 },
    script: {
      ...reporting(),
      answerContext: ({ SOPClassUID, TransferSyntaxUIDs: [TransferSyntaxUID = ''] }) => {
        return { result: SOPClassUID === '1.2.840.10008.1.20.1' && !accepts ? 3 : 0, TransferSyntaxUID };
      },
    },
  });
  await forward(station);
  assert.equal(await stateOf(station), 'held');
  const [held] = station.eventsOf('delivery-held');
  assert.match(failureText(held!.failure), /PACS at 127\.0\.0\.1:\d+ does not accept Storage Commitment; let it, or take/);
  assert.equal(held?.isStored, true);
  accepts = true;
  const [, DeliveryId] = await theDelivery(station);
  assert.deepEqual(await changeDelivery(station, DeliveryId, 'release'), { moved: 'pending' });
  await forward(station);
  assert.equal(await stateOf(station), 'done');
  assert.deepEqual(storesTo(scp), [ONE, TWO], 'nothing was sent again');
});

test('a refused request is asked again where that may help, and held where it does not', async (t) => {
  const statuses = [0x0213, 0x0110, 0x0122];
  const { station } = await makeCommitting(t, { script: {
    respond: (message) => (isAction(message) ? { Status: statuses.shift() ?? 0 } : {}),
  } });
  const became: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    await forward(station);
    became.push(await stateOf(station));
    station.aheadSeconds += 600;
  }
  assert.deepEqual(became, ['confirming', 'confirming', 'held']);
  assert.deepEqual(station.eventsOf('commitment-postponed').map(({ failure }) => failure), [
    { reason: 'commitment-refused', status: 0x0213 }, { reason: 'commitment-refused', status: 0x0110 },
  ]);
});

test('another node may commit than stores, and is waited for as `retry` says while it is away', async (t) => {
  const archive = await startScriptedScp(t, reporting());
  const nobody = await freePort();
  const commitment = { AETitle: 'ARCHIVE_SC', PORT: nobody, waitSeconds: 30 };
  const { station, scp } = await makeCommitting(t, {
    storageCommitment: commitment, destination: { retry: { firstSeconds: 10, giveUpAfterSeconds: 100 } },
  });
  await forward(station);
  const [postponed] = station.eventsOf('commitment-postponed');
  assert.equal(postponed?.failure.reason, 'peer-unreachable');
  assert.equal(requestsTo(scp).length, 0);
  assert.deepEqual(await listDirectory(station.layout.transactions), [], 'nothing was asked, so nothing is noted');
  station.configuration.destinations.filter(({ type }) => type === 'dicom').forEach((destination) => {
    Object.assign(destination, { storageCommitment: { ...commitmentOf(destination), PORT: archive.port } });
  });
  station.aheadSeconds += 11;
  await forward(station);
  assert.equal(await stateOf(station), 'done');
  assert.equal(requestsTo(archive).length, 1);
});

function commitmentOf(destination: object): object {
  return (destination as { storageCommitment: object }).storageCommitment;
}

test('a node that stays away is given up in the end, with what was wrong last', async (t) => {
  const nobody = await freePort();
  const { station } = await makeCommitting(t, {
    storageCommitment: { PORT: nobody }, destination: { retry: { firstSeconds: 10, giveUpAfterSeconds: 100 } },
  });
  for (let round = 0; round < 5; round += 1) {
    await forward(station);
    station.aheadSeconds += 60;
  }
  assert.equal(await stateOf(station), 'failed');
  const [failure] = await failuresOf(station);
  assert.ok(failure?.reason === 'delivery-given-up' && failure.last.reason === 'peer-unreachable');
});

test('a delivery that a person holds takes its report in, and is done once it is released', async (t) => {
  const made = await makeCommitting(t);
  const { station, scp } = made;
  await forward(station);
  const [, DeliveryId] = await theDelivery(station);
  assert.deepEqual(await changeDelivery(station, DeliveryId, 'hold', { by: 'anna', reason: 'why not' }), { moved: 'held' });
  await reportLater(made, 0);
  await forward(station);
  assert.equal(await stateOf(station), 'held');
  assert.deepEqual(await listReports(station.layout), []);
  assert.deepEqual(await changeDelivery(station, DeliveryId, 'release', { by: 'anna' }), { moved: 'pending' });
  await forward(station);
  assert.equal(await stateOf(station), 'done');
  assert.equal(requestsTo(scp).length, 1);
});

test('a delivery that a person cancels is over, with its job, and its report changes nothing', async (t) => {
  const made = await makeCommitting(t);
  const { station } = made;
  await forward(station);
  const [, DeliveryId] = await theDelivery(station);
  assert.deepEqual(await changeDelivery(station, DeliveryId, 'cancel', { by: 'anna' }), { moved: 'cancelled' });
  await reportLater(made, 0, () => true);
  await forward(station);
  assert.equal(await stateOf(station), 'cancelled');
  assert.deepEqual(await listReports(station.layout), []);
});

test('a person asks again at once, as often as wanted', async (t) => {
  const { station, scp } = await makeCommitting(t, { storageCommitment: { waitSeconds: 0, attempts: 1 } });
  await forward(station);
  const [, only] = await theDelivery(station);
  for (let round = 0; round < 2; round += 1) await confirmDue(station, { only });
  assert.equal(requestsTo(scp).length, 3);
  assert.equal(await stateOf(station), 'confirming');
});

test('where a person holds the destination nobody is asked, and what was asked is taken in', async (t) => {
  const made = await makeCommitting(t, { storageCommitment: { waitSeconds: 0, reportWithinSeconds: 60 } });
  const { station, scp } = made;
  await forward(station);
  await writeHeldDestination(station.layout, { destination: 'PACS', heldAt: '2026-11-20T08:15:30.123Z' });
  station.aheadSeconds += 61;
  await forward(station);
  assert.equal(requestsTo(scp).length, 1);
  await reportLater(made, 0);
  await forward(station);
  assert.equal(await stateOf(station), 'done');
});

test('one that nobody wants committed any more is done', async (t) => {
  const { station } = await makeCommitting(t);
  await forward(station);
  station.configuration.destinations.forEach((destination) => Object.assign(destination, { storageCommitment: undefined }));
  station.aheadSeconds += 2 * 86_400;
  await forward(station);
  assert.equal(await stateOf(station), 'done');
  assert.equal(station.eventsOf('delivery-done')[0]?.committed, undefined);
});

test('what leaves under other UIDs is asked about under these, and committed by its own', async (t) => {
  process.env['DTS_TEST_KEY'] = 'a secret of more than sixteen characters';
  const { station, scp } = await makeCommitting(t, {
    script: reporting((_UID, times) => times === 1), storageCommitment: { waitSeconds: 30 },
    destination: { deidentify: 'basic' }, config: { deidentification: { key: { env: 'DTS_TEST_KEY' } } },
  });
  for (let round = 0; round < 2; round += 1) await forward(station);
  assert.equal(await stateOf(station), 'done');
  const stored = storesTo(scp);
  assert.ok(stored.every((UID) => UID.startsWith('2.25.')), stored.join());
  assert.deepEqual(stored.slice(2), stored.slice(0, 2), 'sent again as the same');
  for (const { instances } of requestsTo(scp)) {
    assert.deepEqual(instances.map(({ SOPInstanceUID }) => SOPInstanceUID), stored.slice(0, 2));
  }
});

test('ten thousand instances are asked in two transactions, of which each must be reported', async (t) => {
  const made = await makeCommitting(t);
  const { station, scp } = made;
  const folder = station.layout.deliveryFolder(...await theDelivery(station));
  const delivery = await findJson<{ instances: readonly object[] }>(folder.delivery);
  const instances = Array.from({ length: 9998 }, (_, index) => {
    return { ...delivery?.instances[0], SOPInstanceUID: `1.2.9.${index}`, bytes: 1 };
  });
  await writeJsonDurable(folder.delivery, { ...delivery, instances: [...delivery?.instances ?? [], ...instances] });
  const answers = instances.map(({ SOPInstanceUID }) => JSON.stringify({ time: '', SOPInstanceUID, status: 0 }));
  await appendFile(folder.answers, `${answers.join('\n')}\n`);
  await forward(station);
  assert.deepEqual(requestsTo(scp).map((request) => request.instances.length), [5000, 5000]);
  await reportLater(made, 0);
  await forward(station);
  assert.equal(await stateOf(station), 'confirming');
  await reportLater(made, 1);
  await forward(station);
  assert.equal(await stateOf(station), 'done');
});

test('transactions of deliveries that have ended are forgotten after a week, others never', async (t) => {
  const made = await makeCommitting(t, { storageCommitment: { waitSeconds: 0, reportWithinSeconds: 100 * 86_400 } });
  const { station, scp } = made;
  await forward(station);
  const [{ TransactionUID } = { TransactionUID: '' }] = requestsTo(scp);
  const sweepAfter = async (days: number) => {
    station.aheadSeconds = days * 86_400;
    await utimes(station.layout.transactionsSwept, 0, 0);
    await forward(station);
    return await findTransaction(station.layout, TransactionUID) === undefined ? 'forgotten' : 'kept';
  };
  assert.equal(await sweepAfter(8), 'kept');
  station.aheadSeconds = 86_400;
  await reportLater(made, 0);
  await forward(station);
  assert.equal(await stateOf(station), 'done');
  assert.equal(await findReport(station.layout, TransactionUID), undefined);
  assert.equal(await sweepAfter(1), 'kept');
  assert.equal(await sweepAfter(9), 'forgotten');
});

test('another try of one that nobody reported on asks anew, and waits for the report', async (t) => {
  const made = await makeCommitting(t, { storageCommitment: { waitSeconds: 0, reportWithinSeconds: 60, attempts: 1 } });
  const { station, scp } = made;
  await forward(station);
  station.aheadSeconds += 61;
  await forward(station);
  assert.equal(await stateOf(station), 'failed');
  const [, DeliveryId] = await theDelivery(station);
  assert.deepEqual(await changeDelivery(station, DeliveryId, 'retry'), { moved: 'pending' });
  await forward(station);
  assert.equal(await stateOf(station), 'confirming');
  assert.equal(requestsTo(scp).length, 2);
  await reportLater(made, 0);
  await forward(station);
  assert.equal(await stateOf(station), 'done', 'the earlier request counts where it commits');
  assert.deepEqual(storesTo(scp), [ONE, TWO], 'nothing was sent again');
});

test('what was reported lost is sent again, also where nobody wants it committed any more', async (t) => {
  const made = await makeCommitting(t);
  const { station, scp } = made;
  await forward(station);
  await reportLater(made, 0, (UID) => UID === TWO);
  station.configuration.destinations.forEach((destination) => Object.assign(destination, { storageCommitment: undefined }));
  for (let round = 0; round < 2; round += 1) await forward(station);
  assert.deepEqual(storesTo(scp), [ONE, TWO, TWO]);
  assert.deepEqual([await stateOf(station), await jobState(station)], ['done', 'done']);
});
