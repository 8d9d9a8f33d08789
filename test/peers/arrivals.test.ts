// How instances become arrivals: series by series, over many associations, from several senders, and too late.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { requirePeer, startStorescp, temporaryFolder } from '../rig/peers.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { writeSmallStudy } from './small-study.ts';
import { listJobs, runJobs, scan, sendTo } from './ticks.ts';

/** A station whose core finds nothing. */
async function makeStream(t: TestContext, stream: Readonly<Record<string, unknown>> = {}): Promise<TestStation> {
  const command = ['/bin/sh', '-c', 'echo [] > "$1"', 'core', '{output_json}'];
  const station = await makeStation(t, {
    config: { Streams: [{ name: 'AICore', trigger: { AETitleCalled: '^AICORE1$' }, ...stream }] },
    statements: { AICore: { executor: 'process', command } },
  });
  await station.startReceiver(t);
  return station;
}

/** The SOPInstanceUIDs that each job was given, oldest job first. */
async function inputs(station: TestStation): Promise<string[][]> {
  const jobs = await listJobs(station);
  assert.deepEqual(new Set(jobs.map(({ state }) => state)), new Set(['done']));
  const JobIds = jobs.map(({ JobId }) => JobId).sort();
  return Promise.all(JobIds.map(async (JobId) => {
    return (await readdir(station.job('done', JobId).input)).map((name) => name.replace(/\.dcm$/, '')).sort();
  }));
}

test('trigger-series makes a job for each series, of that series alone', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makeStream(t, { 'trigger-series': [{ type: 'job' }] });
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 3 });
  await sendTo(station, [study.folder]);
  await scan(station);
  await runJobs(station);
  const wanted = study.series.map(({ SOPInstanceUIDs }) => [...SOPInstanceUIDs].sort());
  assert.deepEqual((await inputs(station)).sort(), wanted.sort());
  await scan(station);
  assert.equal((await listJobs(station)).length, 3, 'a second look makes no more');
});

test('a study over five associations at once is one arrival', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makeStream(t);
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 5 });
  await Promise.all(study.series.map(({ files }) => sendTo(station, files)));
  await scan(station);
  await runJobs(station);
  assert.deepEqual(await inputs(station), [study.series.flatMap(({ SOPInstanceUIDs }) => SOPInstanceUIDs).sort()]);
});

test('a study of two senders at once is one arrival, complete when both are', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makeStream(t);
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 4 });
  await Promise.all(study.series.map(({ files }, index) => sendTo(station, files, { calling: `SENDER${index % 2}` })));
  await scan(station);
  await runJobs(station);
  assert.deepEqual(await inputs(station), [study.series.flatMap(({ SOPInstanceUIDs }) => SOPInstanceUIDs).sort()]);
});

test('an instance that comes after the claim makes a second job, which includes it', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makeStream(t);
  const study = await writeSmallStudy(await temporaryFolder(t), { instances: 3 });
  const [{ SOPInstanceUIDs, files }] = study.series as [typeof study.series[0] & object];
  await sendTo(station, files.slice(0, 2));
  await scan(station);
  await sendTo(station, files.slice(2));
  await runJobs(station);
  await scan(station);
  await runJobs(station);
  assert.deepEqual(await inputs(station), [SOPInstanceUIDs.slice(0, 2).sort(), [...SOPInstanceUIDs].sort()]);
});

test('a study that is sent again, the same, is answered with Success and makes no second job', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makeStream(t);
  const study = await writeSmallStudy(await temporaryFolder(t));
  for (let time = 0; time < 2; time += 1) {
    await sendTo(station, [study.folder]);
    await scan(station);
    await runJobs(station);
  }
  const all = [...study.series[0]!.SOPInstanceUIDs].sort();
  assert.deepEqual(await inputs(station), [all]);
});

test('a job that is done runs once more when a person retries it, and its new result is delivered too', async (t) => {
  if (!requirePeer(t, 'storescu', 'storescp')) return;
  const pacs = await startStorescp(t);
  const station = await makeStation(t, {
    config: { Streams: [{
      name: 'Again', trigger: { AETitleCalled: '^AICORE1$' },
      destination: [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port }], 'trigger-study': [{ type: 'job' }],
    }] },
    statements: { Again: {
      executor: 'process', command: [process.execPath, '{dts}/dist/example-core.mjs', '{}', '{output}'],
    } },
  });
  await station.startReceiver(t);
  const study = await writeSmallStudy(await temporaryFolder(t));
  await sendTo(station, [study.folder]);
  await scan(station);
  await runJobs(station);
  assert.equal((await station.dts(['forward'])).status, 0);
  const [JobId = ''] = await readdir(station.layout.jobsIn('done'));
  assert.equal((await station.dts(['jobs', 'retry', JobId])).status, 0);
  await runJobs(station);
  assert.equal((await station.dts(['forward'])).status, 0);
  assert.deepEqual(await readdir(station.layout.jobsIn('done')), [JobId]);
  assert.equal((await readdir(station.layout.deliveriesIn('done'))).length, 2);
});
