// Thousands of broken conversations with a receiver, many at once, and after each batch: is it well?
//
// The same cases in every run. For longer runs by hand: DTS_FUZZ_SECONDS=3600 DTS_FUZZ_SEED=$RANDOM node test/run.mjs
// test/hostile/fuzz.test.ts. A batch that did harm is kept in a file, and sent again by DTS_FUZZ_REPLAY=<file>.

import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readHeader } from '../../src/dicom/header.ts';
import { isUID } from '../../src/dicom/uid.ts';
import { filesBelow } from '../rig/receiver.ts';
import { makeCase, runCase, type FuzzAnswer, type FuzzCase } from './fuzz-case.ts';
import { fuzzSeconds, fuzzSeed, Random } from './random.ts';
import { recordConversations } from './recordings.ts';
import { Victim } from './victim.ts';

const CASES_AT_ONCE = 250;
const USUAL_SECONDS = 20;

/** Ends by itself what a case left open, soon. */
const LIMITS = { associations: 2 * CASES_AT_ONCE, artimSeconds: 1, idleSeconds: 1 };

test('whatever is sent, the receiver stays well and keeps just what it answered for', async (t) => {
  const seed = fuzzSeed();
  const random = new Random(seed);
  const recordings = await recordConversations(t);
  const victim = await Victim.start(t, LIMITS);
  const replay = process.env['DTS_FUZZ_REPLAY'];
  if (replay !== undefined) return runBatch(victim, await readCases(replay));

  const endAt = performance.now() + fuzzSeconds(USUAL_SECONDS) * 1000;
  let count = 0;
  for (; performance.now() < endAt; count += CASES_AT_ONCE) {
    const cases = makeBatch(recordings, count, random);
    try {
      await runBatch(victim, cases);
    } catch (error) {
      const file = join(tmpdir(), `dts-fuzz-${seed}-${count}.json`);
      await writeCases(file, cases);
      const where = `seed ${seed}, a case from ${count} on; DTS_FUZZ_REPLAY=${file} sends them again`;
      throw new Error(where, { cause: error });
    }
    if (count === 0) victim.noteBaseline(); // its heap has grown to what work takes
  }
  t.diagnostic(`seed ${seed}: ${count} conversations of ${recordings.length} kinds`);
  await assertNoBugs(t, victim, count);
});

function makeBatch(recordings: readonly Buffer[], first: number, random: Random): FuzzCase[] {
  return Array.from({ length: CASES_AT_ONCE }, (_, index) => makeCase(recordings, first + index, random));
}

async function runBatch(victim: Victim, cases: readonly FuzzCase[]): Promise<void> {
  const answers = await Promise.all(cases.map((one) => runCase(victim.port, one)));
  await victim.assertWell();
  await assertArchive(victim, answers);
  for (const study of await readdir(victim.station.layout.archive)) {
    await rm(join(victim.station.layout.archive, study), { recursive: true }); // was looked at
  }
}

/** What was answered with Success is there and can be read; what was not is not, unless nobody heard the answer. */
async function assertArchive(victim: Victim, answers: readonly FuzzAnswer[]): Promise<void> {
  const { archive } = victim.station.layout;
  const kept = new Set<string>();
  for (const file of await filesBelow(archive)) {
    const header = await readHeader(join(archive, file));
    assert.ok(!('notDicom' in header), `${file} was kept and ${'notDicom' in header && header.notDicom}`);
    const SOPInstanceUID = header.text('SOPInstanceUID') ?? '';
    assert.ok(isUID(SOPInstanceUID) && basename(file).startsWith(`${SOPInstanceUID}.`), `${file} is ${SOPInstanceUID}`);
    assert.ok(file.startsWith(`scp_${header.text('StudyInstanceUID')}/`), `${file} is of another study`);
    kept.add(SOPInstanceUID);
  }
  for (const { SOPInstanceUID, stored, heardAll } of answers) {
    for (const UID of stored) assert.ok(kept.has(UID), `${UID} was answered with Success and is not there`);
    const isThere = kept.has(SOPInstanceUID);
    assert.ok(!heardAll || !isThere || stored.includes(SOPInstanceUID), `${SOPInstanceUID} is there without Success`);
  }
}

/** No association ended by a mistake of the receiver's own, and chance has not only made what is refused at once. */
async function assertNoBugs(t: TestContext, victim: Victim, count: number): Promise<void> {
  const events = await victim.events();
  const texts = events.flatMap((event) => ('text' in event && event.text !== undefined ? [event.text] : []));
  assert.deepEqual(texts.filter((text) => text.includes('internal error')), []);
  const ended = events.filter((event) => event.event === 'association-ended');
  const refused = events.filter((event) => event.event === 'instance-refused');
  const stored = ended.reduce((sum, event) => sum + (event.event === 'association-ended' ? event.instances : 0), 0);
  t.diagnostic(`${ended.length} associations, ${stored} instances stored, ${refused.length} refused`);
  assert.ok(ended.length > count / 4 && refused.length > count / 20 && stored > count / 20);
}

interface SavedCase extends Omit<FuzzCase, 'pieces'> {
  readonly pieces: readonly string[];
}

async function writeCases(file: string, cases: readonly FuzzCase[]): Promise<void> {
  const saved = cases.map(({ pieces, ...one }): SavedCase => {
    return { ...one, pieces: pieces.map((piece) => piece.toString('base64')) };
  });
  await writeFile(file, JSON.stringify(saved));
}

async function readCases(file: string): Promise<FuzzCase[]> {
  const saved = JSON.parse(await readFile(file, 'utf8')) as SavedCase[];
  return saved.map((one) => ({ ...one, pieces: one.pieces.map((piece) => Buffer.from(piece, 'base64')) }));
}
