import assert from 'node:assert/strict';
import { open, readdir } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { requirePeer, startStorescp } from '../rig/peers.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { makeBusyStation, receiveStudy, STUDY } from './busy-station.ts';

/** Runs a subcommand with stdout, stderr or both written to a file, such as a full device. */
async function dtsInto(
  t: TestContext, station: TestStation, words: readonly string[], path: string, into: 'stdout' | 'stderr' | 'both',
): Promise<{ status: number | null; stderr: string }> {
  const file = await open(path, 'w');
  try {
    const [stdout, stderr] = [into === 'stderr' ? 'ignore' : file.fd, into === 'stdout' ? 'pipe' : file.fd] as const;
    const child = station.start(t, words, { stdio: ['ignore', stdout, stderr] });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => { said += text; });
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { status, stderr: said };
  } finally {
    await file.close();
  }
}

test('results that parse as JSON are the same when asked for again', async (t) => {
  const { station, relayed, failed, delivery } = await makeBusyStation(t);
  const lines = [
    ['jobs', '--json'], ['jobs', 'show', relayed, failed, '--json'], ['deliveries', '--json'],
    ['deliveries', 'show', delivery, '--json'], ['explain', STUDY, '--json'], ['config', 'show'], ['config', 'schema'],
    ['select', '--statement', 'SELECT series FROM study WHERE Modality == CT', station.layout.archive, '--json'],
  ];
  for (const words of lines) {
    const first = await station.dts(words);
    assert.deepEqual([first.status, first.stderr], [0, ''], words.join(' '));
    JSON.parse(first.stdout);
    assert.equal((await station.dts(words)).stdout, first.stdout, words.join(' '));
  }
});

test('jobs --json, deliveries --json and log --json hold what people are shown', async (t) => {
  const { station, relayed, failed, delivery } = await makeBusyStation(t);
  const jobs = JSON.parse((await station.dts(['jobs', '--json'])).stdout);
  assert.deepEqual(jobs.map(({ JobId, state }: Record<string, string>) => [JobId, state]),
    [[relayed, 'forwarding'], [failed, 'failed']]);
  const deliveries = JSON.parse((await station.dts(['deliveries', '--json', '--destination', 'PACS'])).stdout);
  assert.deepEqual(deliveries.map((one: Record<string, string>) => [one['DeliveryId'], one['state']]), [[delivery, 'pending']]);
  const events = (await station.dts(['log', '--json', '--job', failed])).stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(events.every(({ JobId }) => JobId === failed), true);
  assert.equal(events.some(({ event }) => event === 'job-failed'), true);
});

test('status --json and check --json say what their exit status says', async (t) => {
  const { station } = await makeBusyStation(t);
  const status = await station.dts(['status', '--json']);
  assert.equal(status.status, 65);
  const report = JSON.parse(status.stdout);
  assert.deepEqual([report.verdict, report.jobs.failed, report.deliveries.pending], ['person', 1, 1]);
  const check = await station.dts(['check', '--offline', '--json']);
  const { findings } = JSON.parse(check.stdout);
  assert.equal(check.status, findings.some(({ level }: { level: string }) => level === 'error') ? 65 : 0);
});

test('a reader that has seen enough is no fault', async (t) => {
  const { station } = await makeBusyStation(t);
  for (const words of [['jobs'], ['log'], ['log', '-f'], ['explain', STUDY], ['config', 'schema'], ['--help']]) {
    const child = station.start(t, words);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
    child.stdout?.destroy();
    if (words.includes('-f')) void station.dts(['log']); // the follower learns of it with the next line
    const status = await new Promise((resolve) => child.once('close', resolve));
    assert.deepEqual([status, stderr], [0, ''], words.join(' '));
  }
});

test('results that a full disk does not take end with 74 and say so', async (t) => {
  const { station } = await makeBusyStation(t);
  for (const words of [['jobs'], ['status', '--json'], ['log'], ['config', 'show'], ['jobs', '--help']]) {
    const { status, stderr } = await dtsInto(t, station, words, '/dev/full', 'stdout');
    assert.equal(status, 74, words.join(' '));
    assert.match(stderr, /^dts \w+: error: output: not written: ENOSPC[^\n]*\n$/);
  }
});

test('a message that stderr does not take changes neither work nor exit status', async (t) => {
  const { station } = await makeBusyStation(t);
  assert.equal((await dtsInto(t, station, ['jobs', 'show', 'nothing'], '/dev/full', 'stderr')).status, 64);
  assert.equal((await dtsInto(t, station, ['forward'], '/dev/full', 'stderr')).status, 75);
  assert.equal((await dtsInto(t, station, ['jobs'], '/dev/full', 'both')).status, 74);
  const { stdout } = await station.dts(['log', '--json']);
  assert.match(stdout, /"event":"delivery-postponed"/);
});

test('the commands that cron starts say nothing while all is well', async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  const pacs = await startStorescp(t);
  const station = await makeStation(t, {
    config: {
      destinations: { PACS: { AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port } },
      Streams: [{ name: 'Relay', trigger: { AETitleCalled: '^AICORE$', AETitleCaller: '.*' }, destination: ['PACS'] }],
    },
  });
  await receiveStudy(t, station);
  for (const words of [['scan-arrived'], ['run-one-job', '--all'], ['forward'], ['scan-arrived'], ['run-one-job'], ['forward']]) {
    const { status, stdout, stderr } = await station.dts(words);
    assert.deepEqual([status, stdout, stderr], [0, '', ''], words.join(' '));
  }
  assert.equal((await readdir(station.layout.jobsIn('done'))).length, 1);
});
