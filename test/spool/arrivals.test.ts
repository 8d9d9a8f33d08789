import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  claimMark, giveBackIfTouched, listClaims, listMarks, removeClaim, removeOldNotes, setAside, type Mark,
} from '../../src/spool/arrivals.ts';
import { touchMark } from '../../src/spool/touch-mark.ts';
import { Layout } from '../../src/spool/layout.ts';
import { LeaseLost } from '../../src/spool/lease-lost.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { filesBelow } from '../rig/receiver.ts';
import { HELD, LOST } from './held-lease.ts';

const STUDY = 'CT%20ROOM DTS 10.0.0.1 scp_1.2.3';
const SERIES = 'CT%20ROOM DTS 10.0.0.1 scp_1.2.3 1.2.3.4';
// Parts of a second that are powers of two: utimes takes seconds as a floating-point number.
const ARRIVED = new Date('2026-11-20T08:15:30.125Z');
const LATER = new Date('2026-11-20T08:15:30.250Z');
const CLAIM = `20261120T081530125Z ${STUDY}`;

async function makeSite(t: TestContext): Promise<Layout> {
  const layout = new Layout(await temporaryFolder(t));
  await mkdir(layout.arrived, { recursive: true });
  return layout;
}

/** A mark of a time: one that is made anew gets that of the file system. */
async function markAt(path: string, time: Date): Promise<void> {
  for (const _ of ['made', 'touched']) await touchMark(path, time);
}

/** The mark as a listing gives it. */
async function markOf(layout: Layout, name: string): Promise<Mark> {
  const mark = (await listMarks(layout)).marks.find((one) => one.name === name);
  assert.ok(mark);
  return mark;
}

test('lists marks by their time, and what is no mark by itself', async (t) => {
  const layout = await makeSite(t);
  await markAt(layout.mark(STUDY), LATER);
  await markAt(layout.mark(SERIES), ARRIVED);
  for (const stranger of ['notes.txt', 'CT DTS 10.0.0.1 scp_..', '.hidden', 'x y z scp_1.2.3 1.2 extra']) {
    await writeFile(layout.mark(stranger), '');
  }
  await mkdir(layout.mark('a folder'));
  const { marks, strangers } = await listMarks(layout);
  const origin = { callingAETitle: 'CT ROOM', calledAETitle: 'DTS', address: '10.0.0.1', StudyInstanceUID: '1.2.3' };
  assert.deepEqual(marks, [
    { name: SERIES, markedAt: ARRIVED,
      origin: { ...origin, SeriesInstanceUID: '1.2.3.4', arrivedAt: '2026-11-20T08:15:30.125Z' } },
    { name: STUDY, markedAt: LATER, origin: { ...origin, arrivedAt: '2026-11-20T08:15:30.250Z' } },
  ]);
  assert.deepEqual(strangers, ['CT DTS 10.0.0.1 scp_..', 'a folder', 'notes.txt', 'x y z scp_1.2.3 1.2 extra']);
});

test('nothing has arrived where the site was never made', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  assert.deepEqual(await listMarks(layout), { marks: [], strangers: [] });
  assert.deepEqual(await listClaims(layout), []);
});

test('a claim is the mark itself under a name with its time, and is listed with what it is for', async (t) => {
  const layout = await makeSite(t);
  await markAt(layout.mark(STUDY), ARRIVED);
  const { ino } = await stat(layout.mark(STUDY));
  const mark = await markOf(layout, STUDY);
  const claim = await claimMark(HELD, layout, mark);
  assert.deepEqual(claim, { name: CLAIM, markName: STUDY, origin: mark.origin, arrivedAt: ARRIVED });
  assert.equal((await stat(layout.claim(CLAIM))).ino, ino);
  assert.deepEqual(await readdir(layout.arrived), []);
  assert.deepEqual(await listClaims(layout), [claim]);
});

test('claims are listed oldest first, without notes and strangers', async (t) => {
  const layout = await makeSite(t);
  for (const [name, time] of [[STUDY, LATER], [SERIES, ARRIVED]] as const) {
    await markAt(layout.mark(name), time);
    await claimMark(HELD, layout, await markOf(layout, name));
  }
  const strangers = [`.${CLAIM}.actions`, 'x', '20261320T081530123Z a b c scp_1.2', '20261120T081530123Z a b c scp_x'];
  for (const name of strangers) {
    await writeFile(layout.claim(name), '');
  }
  assert.deepEqual((await listClaims(layout)).map(({ markName }) => markName), [SERIES, STUDY]);
});

test('a mark that was touched since it was looked at is not claimed and keeps its new time', async (t) => {
  const layout = await makeSite(t);
  await markAt(layout.mark(STUDY), ARRIVED);
  const mark = await markOf(layout, STUDY);
  await markAt(layout.mark(STUDY), LATER);
  assert.equal(await claimMark(HELD, layout, mark), undefined);
  assert.deepEqual(await filesBelow(join(layout.arrived, '..')), [`.arrived/${STUDY}`]);
  assert.deepEqual((await markOf(layout, STUDY)).markedAt, LATER);
});

test('a touched claim gives way to a newer mark of the same name', async (t) => {
  const layout = await makeSite(t);
  await markAt(layout.mark(STUDY), ARRIVED);
  const claim = await claimMark(HELD, layout, await markOf(layout, STUDY));
  assert.ok(claim);
  const newest = new Date('2026-11-20T08:16:00.000Z');
  await utimes(layout.claim(CLAIM), LATER, LATER);
  await markAt(layout.mark(STUDY), newest);
  assert.equal(await giveBackIfTouched(HELD, layout, claim), true);
  assert.deepEqual(await filesBelow(join(layout.arrived, '..')), [`.arrived/${STUDY}`]);
  assert.deepEqual((await markOf(layout, STUDY)).markedAt, newest);
});

test('a claim that was not touched, or is gone, is not given back', async (t) => {
  const layout = await makeSite(t);
  await markAt(layout.mark(STUDY), ARRIVED);
  const claim = await claimMark(HELD, layout, await markOf(layout, STUDY));
  assert.ok(claim);
  assert.equal(await giveBackIfTouched(HELD, layout, claim), false);
  await removeClaim(HELD, layout, claim);
  assert.equal(await giveBackIfTouched(HELD, layout, claim), false);
  assert.deepEqual(await filesBelow(join(layout.arrived, '..')), []);
});

test('a mark that is gone is not claimed', async (t) => {
  const layout = await makeSite(t);
  await markAt(layout.mark(STUDY), ARRIVED);
  const mark = await markOf(layout, STUDY);
  assert.ok(await claimMark(HELD, layout, mark));
  assert.equal(await claimMark(HELD, layout, mark), undefined);
});

test('an instance that comes in after the claim makes an arrival of its own', async (t) => {
  const layout = await makeSite(t);
  for (const time of [ARRIVED, LATER]) {
    await markAt(layout.mark(STUDY), time);
    assert.ok(await claimMark(HELD, layout, await markOf(layout, STUDY)));
  }
  assert.deepEqual((await listClaims(layout)).map(({ arrivedAt }) => arrivedAt), [ARRIVED, LATER]);
});

test('times with parts of a millisecond, as the kernel sets them, are claimed like others', async (t) => {
  const layout = await makeSite(t);
  for (const seconds of [1763626530.1239999, 1763626530.9999, 1763626530.0000001]) {
    await writeFile(layout.mark(STUDY), '');
    await utimes(layout.mark(STUDY), seconds, seconds);
    const claim = await claimMark(HELD, layout, await markOf(layout, STUDY));
    assert.ok(claim, String(seconds));
    assert.equal(await giveBackIfTouched(HELD, layout, claim), false);
    assert.deepEqual(await listClaims(layout), [claim]);
    await removeClaim(HELD, layout, claim);
  }
});

test('ending a claim removes what was noted of its actions too', async (t) => {
  const layout = await makeSite(t);
  await markAt(layout.mark(STUDY), ARRIVED);
  const claim = await claimMark(HELD, layout, await markOf(layout, STUDY));
  assert.ok(claim);
  await writeFile(layout.actionsDone(claim.name), 'x\n');
  await removeClaim(HELD, layout, claim);
  await removeClaim(HELD, layout, claim);
  assert.deepEqual(await filesBelow(join(layout.arrived, '..')), []);
});

test('notes of actions outlive their claim until the next look, and no longer', async (t) => {
  const layout = await makeSite(t);
  await markAt(layout.mark(STUDY), ARRIVED);
  const claim = await claimMark(HELD, layout, await markOf(layout, STUDY));
  assert.ok(claim);
  const orphan = layout.actionsDone(`20261119T081530123Z ${STUDY}`);
  for (const note of [layout.actionsDone(claim.name), orphan]) await writeFile(note, 'x\n');
  await assert.rejects(removeOldNotes(LOST, layout), LeaseLost);
  await removeOldNotes(HELD, layout);
  assert.deepEqual((await readdir(layout.claimed)).sort(), [`.${claim.name}.actions`, claim.name]);
});

test('what is set aside lies in rejected/ with its content', async (t) => {
  const layout = await makeSite(t);
  await writeFile(layout.mark('notes.txt'), 'hello');
  const aside = await setAside(HELD, layout, layout.mark('notes.txt'), 'notes.txt');
  assert.equal(aside, join(layout.rejected, 'notes.txt'));
  assert.equal(await readFile(aside, 'utf8'), 'hello');
  assert.deepEqual(await readdir(layout.arrived), []);
});

test('without the lease nothing is claimed, given back, ended or set aside', async (t) => {
  const layout = await makeSite(t);
  await markAt(layout.mark(STUDY), ARRIVED);
  await markAt(layout.mark(SERIES), ARRIVED);
  const claim = await claimMark(HELD, layout, await markOf(layout, STUDY));
  assert.ok(claim);
  const before = await filesBelow(layout.datadir);
  await assert.rejects(claimMark(LOST, layout, await markOf(layout, SERIES)), LeaseLost);
  await assert.rejects(removeClaim(LOST, layout, claim), LeaseLost);
  await assert.rejects(setAside(LOST, layout, layout.mark(SERIES), SERIES), LeaseLost);
  await utimes(layout.claim(CLAIM), LATER, LATER);
  await assert.rejects(giveBackIfTouched(LOST, layout, claim), LeaseLost);
  assert.deepEqual(await filesBelow(layout.datadir), before);
});
