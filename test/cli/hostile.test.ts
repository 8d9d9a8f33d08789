import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { makeStation } from '../rig/station.ts';
import { busyFiles, makeBusyStation, receiveStudy, STUDY } from './busy-station.ts';

/** What a terminal would obey: clears the screen, sets its title, changes the direction of writing, in C0, C1 and Unicode. */
const CLEAR = '\u001b[2J';
const TITLE = '\u009b5n\u0007';
const TURN = '\u202egnp';
const HEADER = {
  PatientName: `Evil${CLEAR}^${TURN}`, PatientID: `P${CLEAR}`, AccessionNumber: `A${CLEAR}${TITLE}`,
  StudyDescription: `S${TITLE}${TURN}`, SeriesDescription: `D${CLEAR}${TURN}`,
};

/** Everything that a terminal might obey, but for the ends of lines. */
const OBEYED = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

test('nothing that came in a header reaches the terminal raw', async (t) => {
  const { station, relayed, failed, delivery } = await makeBusyStation(t, HEADER);
  const lines = [
    ['status'], ['jobs'], ['jobs', 'show', relayed, failed], ['deliveries'], ['deliveries', 'show', delivery], ['log'],
    ['explain', STUDY], ['run-one-job', relayed, '--dry-run'], ['forward', '-v'], ['run-one-job', '--all', '-v'],
    ['select', '--statement', 'SELECT series FROM study WHERE SeriesDescription regexp D AND PatientName == x', station.layout.archive],
  ];
  for (const words of lines) {
    for (const json of [[], ['--json']]) {
      const { stdout, stderr } = await station.dts([...words, ...json]);
      assert.doesNotMatch(stdout, OBEYED, words.join(' '));
      assert.doesNotMatch(stderr, OBEYED, words.join(' '));
    }
  }
  assert.match((await station.dts(['jobs'])).stdout, /A\\x1b\[2J\\x9b5n\\x07/);
  const [job] = JSON.parse((await station.dts(['jobs', '--json'])).stdout);
  assert.equal(job.AccessionNumber, HEADER.AccessionNumber, 'JSON gives the value back as it came');
  assert.match((await station.dts(['jobs', '--accession', HEADER.AccessionNumber])).stdout, new RegExp(relayed));
});

test('an AE title of escape sequences reaches neither a path nor the terminal raw', async (t) => {
  const station = await makeStation(t, await busyFiles());
  const evil = `E${CLEAR}\u0007../X`;
  await receiveStudy(t, station, {}, evil);
  for (const words of [['log'], ['explain', STUDY], ['scan-arrived', '-v'], ['jobs', 'show', '2'], ['status']]) {
    const { stdout, stderr } = await station.dts(words);
    assert.doesNotMatch(stdout + stderr, OBEYED, words.join(' '));
  }
  assert.equal((await readdir(station.layout.jobsIn('pending'))).length, 2);
});

test('words of the command line itself are shown harmless when they are refused', async (t) => {
  const station = await makeStation(t);
  for (const words of [['jobs', 'show', CLEAR], ['echo', `X${TURN}`], ['explain', TITLE], [`jobs${CLEAR}`], ['jobs', `--${CLEAR}`]]) {
    const { status, stderr } = await station.dts(words);
    assert.equal(status, 64);
    assert.doesNotMatch(stderr, OBEYED);
  }
});
