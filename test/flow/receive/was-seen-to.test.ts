import assert from 'node:assert/strict';
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { FinishedArrival } from '../../../src/flow/arrival/finish-arrival.ts';
import { wasSeenTo, type Resent } from '../../../src/flow/receive/was-seen-to.ts';
import { Layout } from '../../../src/spool/layout.ts';
import { temporaryFolder } from '../../rig/peers.ts';

const ARRIVED_AT = '2026-11-20T08:15:30.000Z';
const SENDER = { callingAETitle: 'CT', calledAETitle: 'AICORE1', address: '10.0.0.1' };

/** An instance in the archive and in raw/, and the arrivals that its study has had. */
async function makeResent(
  t: TestContext, { arrivals, archivedAt = ARRIVED_AT, isLinked = true }: {
    readonly arrivals: readonly Partial<FinishedArrival>[]; readonly archivedAt?: string; readonly isLinked?: boolean;
  },
): Promise<{ layout: Layout; resent: Resent }> {
  const layout = new Layout(await temporaryFolder(t));
  const uids = { StudyInstanceUID: '1.2', SeriesInstanceUID: '1.2.3', SOPInstanceUID: '1.2.3.4' };
  const origin = { ...SENDER, StudyInstanceUID: '1.2', arrivedAt: ARRIVED_AT };
  const file = layout.archivedInstance('1.2', '1.2.3.4');
  const link = layout.rawInstance('1.2', '1.2.3', '1.2.3.4');
  await mkdir(dirname(file), { recursive: true });
  await mkdir(dirname(link), { recursive: true });
  await writeFile(file, 'dataset');
  await utimes(file, new Date(archivedAt), new Date(archivedAt));
  if (isLinked) await symlink(file, link);
  const lines = arrivals.map((arrival) => `${JSON.stringify({ origin, streams: ['AI'], jobs: ['job'], ...arrival })}\n`);
  await writeFile(layout.arrivalsOfStudy('1.2'), lines.join(''));
  return { layout, resent: { ...uids, callingAETitle: 'CT', calledAETitle: 'AICORE1', file } };
}

test('an instance of an arrival that made jobs was seen to, for the same sender and title', async (t) => {
  const { layout, resent } = await makeResent(t, { arrivals: [{}] });
  assert.equal(await wasSeenTo(layout, resent), true);
  assert.equal(await wasSeenTo(layout, { ...resent, calledAETitle: 'AICORE2' }), false, 'another title');
  assert.equal(await wasSeenTo(layout, { ...resent, callingAETitle: 'PACS' }), false, 'another sender');
});

test('an instance that made no job the first time is news: a stream may have been mended since', async (t) => {
  const { layout, resent } = await makeResent(t, { arrivals: [{ jobs: [] }, { jobs: [], streams: [] }] });
  assert.equal(await wasSeenTo(layout, resent), false);
});

test('an instance that came after the arrival was not part of it', async (t) => {
  const { layout, resent } = await makeResent(t, { arrivals: [{}], archivedAt: '2026-11-20T09:00:00.000Z' });
  assert.equal(await wasSeenTo(layout, resent), false);
});

test('an instance that was stored and never described was not seen to', async (t) => {
  const { layout, resent } = await makeResent(t, { arrivals: [{}], isLinked: false });
  assert.equal(await wasSeenTo(layout, resent), false);
});

test('an arrival of one series says nothing of the instances of another', async (t) => {
  const origin = { ...SENDER, StudyInstanceUID: '1.2', arrivedAt: ARRIVED_AT };
  const other = await makeResent(t, { arrivals: [{ origin: { ...origin, SeriesInstanceUID: '1.2.9' } }] });
  assert.equal(await wasSeenTo(other.layout, other.resent), false);
  const own = await makeResent(t, { arrivals: [{ origin: { ...origin, SeriesInstanceUID: '1.2.3' } }] });
  assert.equal(await wasSeenTo(own.layout, own.resent), true);
});
