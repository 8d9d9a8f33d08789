import assert from 'node:assert/strict';
import { chmod, chown, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findPeer } from '../rig/peers.ts';
import { makeStation, ROOT, runProgram, type Ended, type TestStation } from '../rig/station.ts';
import { busyFiles, makeBusyStation, receiveStudy } from './busy-station.ts';
import { listTree } from './listing.ts';

/** Nobody's on every Linux. */
const NOBODY = '65534';

/** Runs a subcommand as a user who owns nothing; as the user of the test where that is not root. */
function dtsAsNobody(station: TestStation, words: readonly string[]): Promise<Ended> {
  if (process.getuid?.() !== 0) return station.dts(words);
  return runProgram('setpriv', ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups', process.execPath,
    join(ROOT, 'bin', 'dts'), ...words, '--config', station.config]);
}

/** Skips where rights cannot be taken away. */
function canTakeRights(t: TestContext): boolean {
  if (process.getuid?.() !== 0 || findPeer('setpriv') !== undefined) return true;
  t.skip('not installed: setpriv (root may write everywhere)');
  return false;
}

const LOOKING = ['status', 'jobs', 'deliveries', 'log', 'explain 1.2.3', 'jobs --json', 'deliveries --json'];
const TICKS = ['scan-arrived', 'run-one-job', 'run-one-job --all', 'forward'];

test('commands that look and ticks without work leave an empty data directory empty', async (t) => {
  const station = await makeStation(t, await busyFiles());
  for (const words of [...LOOKING, ...TICKS]) {
    const { status, stderr } = await station.dts(words.split(' '));
    assert.deepEqual([status, stderr], [words === 'status' ? 75 : 0, ''], words);
  }
  assert.deepEqual(await readdir(station.layout.datadir), []);
});

test('commands that look and ticks without work do not make a data directory that is not there', async (t) => {
  const station = await makeStation(t, await busyFiles());
  await rm(station.layout.datadir, { recursive: true });
  for (const words of [...LOOKING, ...TICKS]) {
    const { status, stderr } = await station.dts(words.split(' '));
    assert.deepEqual([status, stderr], [words === 'status' ? 75 : 0, ''], words);
  }
  assert.match((await station.dts(['status'])).stdout, /disk +\S+ does not exist yet/);
  const checked = await station.dts(['check', '--offline']);
  assert.equal(checked.status, 65);
  assert.match(checked.stdout, /error +data directory: \S+ does not exist; /);
  assert.deepEqual(await readdir(station.root), ['config']);
});

test('a data directory that may not be written ends receive with 77 and what to do', async (t) => {
  if (!canTakeRights(t)) return;
  const station = await makeStation(t);
  await chmod(station.root, 0o755);
  await chmod(station.layout.datadir, 0o555);
  const { status, stdout, stderr } = await dtsAsNobody(station, ['receive']);
  assert.deepEqual([status, stdout], [77, ''], stderr);
  assert.match(stderr, /^dts receive: error: EACCES: [^\n]*; run as the station's user, or mend the rights\n$/);
  assert.deepEqual(await readdir(station.layout.datadir), []);
});

test('a data directory that may not be read ends every command that looks into it with 77', async (t) => {
  if (!canTakeRights(t)) return;
  const { station, relayed } = await makeBusyStation(t);
  await chmod(station.root, 0o755);
  await chmod(station.layout.datadir, 0o000);
  for (const words of [...LOOKING, ...TICKS, `jobs show ${relayed}`, 'jobs retry --state failed']) {
    const { status, stderr } = await dtsAsNobody(station, words.split(' '));
    assert.equal(status, 77, `${words}: ${stderr}`);
    assert.match(stderr, /^dts \S+: error: EACCES: [^\n]*; run as the station's user, or mend the rights\n$/);
  }
  await chmod(station.layout.datadir, 0o750);
});

test('a user who may read but not write can look at everything and change nothing', async (t) => {
  if (!canTakeRights(t)) return;
  const { station, relayed, failed, delivery } = await makeBusyStation(t);
  await receiveStudy(t, station);
  assert.equal((await station.dts(['jobs', 'retry', failed])).status, 0);
  const opened = await runProgram('chmod', ['-R', 'o+rX', station.root]);
  assert.equal(opened.status, 0, opened.stderr);
  const before = await listTree(station.layout.datadir);
  for (const words of [`jobs show ${relayed}`, `deliveries show ${delivery}`, 'jobs', 'log']) {
    const { status, stderr } = await dtsAsNobody(station, words.split(' '));
    assert.deepEqual([status, stderr], [0, ''], words);
  }
  for (const words of [`jobs hold ${failed}`, `deliveries hold ${delivery}`, 'scan-arrived', 'run-one-job --all', 'forward']) {
    const { status, stderr } = await dtsAsNobody(station, words.split(' '));
    assert.equal(status, 77, `${words}: ${stderr}`);
  }
  assert.deepEqual(await listTree(station.layout.datadir), before);
});

test('root does not begin to make a data directory in somebody else\'s folder', async (t) => {
  if (process.getuid?.() !== 0) {
    t.skip('only root may');
    return;
  }
  const station = await makeStation(t, await busyFiles());
  await rm(station.layout.datadir, { recursive: true });
  await chown(station.root, Number(NOBODY), Number(NOBODY));
  const { status, stdout, stderr } = await station.dts(['receive']);
  assert.deepEqual([status, stdout], [77, '']);
  assert.ok(stderr.includes(`${station.root} belongs to the user with uid ${NOBODY}; run as that user`), stderr);
  assert.deepEqual(await readdir(station.root), ['config']);
});
