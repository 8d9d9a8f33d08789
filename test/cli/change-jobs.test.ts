import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { test, type TestContext } from 'node:test';
import { findJobState } from '../../src/spool/job-store.ts';
import { requirePeer } from '../rig/peers.ts';
import { makeBusyStation } from './busy-station.ts';
import { dtsOnTerminal } from './terminal.ts';
import { listTree } from './listing.ts';

test('a dry run says what would become of each job, and touches nothing', async (t) => {
  const { station, relayed, failed } = await makeBusyStation(t);
  const before = await listTree(station.layout.jobs);
  const one = await station.dts(['jobs', 'cancel', relayed, '--dry-run']);
  assert.deepEqual([one.status, one.stdout, one.stderr], [0, `${relayed}: would be cancelled\n`, '']);
  const many = await station.dts(['jobs', 'retry', '--study', '1.2.826.0.1.3680043.10.7', '--dry-run']);
  assert.deepEqual([many.status, many.stdout], [0, `${failed}: would be pending\n1 job would be changed\n`]);
  const json = await station.dts(['jobs', 'hold', relayed, failed, '--dry-run', '--json']);
  assert.deepEqual([json.status, JSON.parse(json.stdout)], [65, [
    { JobId: relayed, refused: 'forwarding' }, { JobId: failed, refused: 'failed' }]]);
  assert.deepEqual(await listTree(station.layout.jobs), before);
});

test('a filter without a state means those that the change is for, and the others are counted', async (t) => {
  const { station, relayed, failed } = await makeBusyStation(t);
  const retried = await station.dts(['jobs', 'retry', '--patient', 'P1']);
  assert.deepEqual([retried.status, retried.stdout, retried.stderr], [0, `${failed}: pending\n1 job changed\n`, '']);
  const held = await station.dts(['jobs', 'hold', '--patient', 'P1', '--reason', 'no power']);
  assert.equal(held.status, 0);
  assert.equal(held.stdout,
    `${failed}: held\n1 job changed; 1 that fit are left as they are: `
    + 'hold is for jobs that are pending, staged, ran or validated\n');
  const named = await station.dts(['jobs', 'hold', '--state', 'forwarding']);
  assert.equal(named.status, 65);
  assert.match(named.stderr, new RegExp(`^dts jobs: error: ${relayed}: not changed: it is forwarding; hold is for`));

  const shown = await station.dts(['jobs', 'show', failed]);
  const by = process.env['SUDO_USER'] ?? userInfo().username;
  assert.match(shown.stdout, new RegExp(`^  held        since \\S+ by ${by}, from pending: no power$`, 'm'));
  assert.match(shown.stdout, new RegExp(`pending to held, by ${by}: no power$`, 'm'));
  const released = await station.dts(['jobs', 'release', '--patient', 'P1', '--json']);
  assert.deepEqual(JSON.parse(released.stdout), [{ JobId: failed, moved: 'pending' }]);
});

test('what cannot be checked again says so and names what can be done', async (t) => {
  const { station, failed } = await makeBusyStation(t);
  const { status, stdout, stderr } = await station.dts(['jobs', 'retry', failed, '--from', 'validation']);
  assert.deepEqual([status, stdout], [65, '']);
  assert.match(stderr, /not changed: its core did not end well, so it has no output to check; --from staging runs it/);
});

test('a job with a damaged file is named with that file, and keeps nobody from changing the others', async (t) => {
  const { station, relayed, failed } = await makeBusyStation(t);
  const { deliveries, job } = station.job('forwarding', relayed);
  await writeFile(deliveries, '{"deliv');
  const many = await station.dts(['jobs', 'cancel', '--patient', 'P1']);
  assert.deepEqual([many.status, many.stdout.split('\n')[0]], [65, `${failed}: cancelled`]);
  assert.ok(many.stderr.startsWith(`dts jobs: error: ${relayed}: not changed: ${deliveries} `), many.stderr);
  await writeFile(job, '{"job');
  const named = await station.dts(['jobs', 'cancel', relayed]);
  assert.equal(named.status, 65);
  assert.ok(named.stderr.startsWith(`dts jobs: error: ${relayed}: not changed: ${job} `), named.stderr);
  const filtered = await station.dts(['jobs', 'cancel', '--state', 'forwarding']);
  assert.equal(filtered.stdout, '0 jobs changed\n');
  assert.ok(filtered.stderr.startsWith(`dts jobs: warning: ${relayed}: not looked at: ${job} `), filtered.stderr);
});

test('who retries from validation is told for which jobs that is', async (t) => {
  const { station, failed } = await makeBusyStation(t);
  await station.dts(['jobs', 'cancel', failed]);
  const { stderr } = await station.dts(['jobs', 'retry', failed, '--from', 'validation']);
  assert.match(stderr, /not changed: it is cancelled; retry --from validation is for jobs that are done or failed\n$/);
});

/** Two jobs that a person may cancel: one has failed, one waits for its delivery. */
async function onTerminal(t: TestContext, answer: string, words: readonly string[] = []) {
  const busy = await makeBusyStation(t);
  const line = ['jobs', 'cancel', '--patient', 'P1', ...words];
  const { stdout } = await dtsOnTerminal(busy.station, line, { input: answer });
  const states = [busy.relayed, busy.failed].map((JobId) => findJobState(busy.station.layout, JobId));
  return { stdout, states: await Promise.all(states) };
}

test('on a terminal, a filter that fits several jobs is asked about first', async (t) => {
  if (!requirePeer(t, 'script')) return;
  for (const answer of ['n\n', '\n', 'yess\n']) {
    const { stdout, states } = await onTerminal(t, answer);
    assert.match(stdout, /cancel 2 jobs \(2 to cancelled\)\? \[y\/N\]/);
    assert.match(stdout, /no job is changed/);
    assert.deepEqual(states, ['forwarding', 'failed']);
  }
  const { states } = await onTerminal(t, 'y\n');
  assert.deepEqual(states, ['cancelled', 'cancelled']);
});

test('--yes is not asked, nor is whoever has no terminal', async (t) => {
  if (!requirePeer(t, 'script')) return;
  const { stdout, states } = await onTerminal(t, '', ['--yes']);
  assert.doesNotMatch(stdout, /\?/);
  assert.deepEqual(states, ['cancelled', 'cancelled']);
  const { station } = await makeBusyStation(t);
  const piped = await station.dts(['jobs', 'cancel', '--patient', 'P1']);
  assert.deepEqual([piped.status, piped.stderr], [0, '']);
  assert.match(piped.stdout, /^2 jobs changed$/m);
});
