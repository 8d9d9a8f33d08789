// When studies are complete, with real senders and the real command: what is waited for, who is told, and how a person
// ends the wait.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import type { Explanation } from '../../src/flow/explain/explain-study.ts';
import type { StationReport } from '../../src/flow/report/station-report.ts';
import { encodeInstance } from '../flow/encoded-instance.ts';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { RawScu } from '../rig/raw-scu.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { writeSmallStudy } from './small-study.ts';
import { listJobs, readJson, scan, sendTo, until } from './ticks.ts';

const SELECT = 'SELECT study WHERE series NAMED "one" HAS SeriesNumber == 1 ALSO WHERE series NAMED "two" HAS SeriesNumber == 2';
const EXPECT_BOTH = { series: ['one', 'two'], within: 3600 };

type Entry = Readonly<Record<string, unknown>>;

/** A station with a receiver and streams whose cores need series one and two. */
async function makePolicyStation(t: TestContext, streams: Readonly<Record<string, Entry>>, select = SELECT): Promise<TestStation> {
  const station = await makeStation(t, {
    config: { Streams: Object.entries(streams).map(([name, entry]) => {
      return { name, trigger: {}, 'trigger-study': [{ type: 'job' }], ...entry };
    }) },
    statements: Object.fromEntries(Object.keys(streams).map((name) => {
      return [name, { executor: 'process', command: ['true'], select }];
    })),
  });
  await station.startReceiver(t);
  return station;
}

const jobsIn = async (station: TestStation): Promise<string[]> =>
  (await listJobs(station)).map(({ stream, state }) => `${stream} ${state}`).sort();

const waitsOf = async (station: TestStation): Promise<StationReport['waits']> =>
  (await readJson<StationReport>(station, ['status'])).waits;

test('a study without one of its series is waited for and shown, and goes at once when that comes', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makePolicyStation(t, { AI: { expect: EXPECT_BOTH } });
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2 });
  const [one, two] = study.series;
  await sendTo(station, one!.files);
  await scan(station);
  assert.deepEqual(await jobsIn(station), []);
  const [wait] = await waitsOf(station);
  assert.deepEqual([wait?.stream, wait?.waitsFor, wait?.missing], ['AI', 'waiting', [{ what: 'series', name: 'two' }]]);
  const screen = await station.dts(['status']);
  assert.match(screen.stdout, /1 waited for/);
  assert.match(screen.stdout, new RegExp(`study ${study.StudyInstanceUID} for stream AI until \\S+: no series two`));
  const { stdout } = await station.dts(['explain', study.StudyInstanceUID]);
  assert.match(stdout, /not all that it expects is there: no series two\n\s+waits until/);
  await sendTo(station, two!.files);
  await scan(station);
  assert.deepEqual(await jobsIn(station), ['AI pending']);
  assert.deepEqual(await waitsOf(station), []);
});

test('a person ends the wait for a study, by AccessionNumber or StudyInstanceUID, and the log says who', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makePolicyStation(t, { AI: { expect: EXPECT_BOTH, onIncomplete: 'hold' } });
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2 });
  await sendTo(station, study.series[0]!.files);
  await scan(station);
  const released = [{ StudyInstanceUID: study.StudyInstanceUID, AccessionNumber: study.AccessionNumber }];
  for (const meant of [study.AccessionNumber, study.StudyInstanceUID]) {
    assert.deepEqual(await readJson(station, ['jobs', 'release', '--complete', meant]), released, 'may be said again');
  }
  await scanFindingFault(station);
  assert.deepEqual(await jobsIn(station), ['AI held']);
  const log = await station.dts(['log', '--study', study.StudyInstanceUID, '--since', '1h']);
  assert.match(log.stdout, /\S+ does not wait for more of it/);
  assert.match((await station.dts(['status'])).stdout, /held +\S+: the study is incomplete: no series two/);
  assert.deepEqual(await readdir(station.layout.claimed), []);

  const again = await station.dts(['jobs', 'release', '--complete', study.StudyInstanceUID]);
  assert.deepEqual([again.status, again.stdout], [0, '']);
  assert.match(again.stderr, /not released: nothing of it is waited for/);
  for (const words of [['1.9.9'], [], ['A-none']]) {
    assert.equal((await station.dts(['jobs', 'release', '--complete', ...words])).status, 64, words.join());
  }
  assert.equal((await station.dts(['jobs', 'cancel', '--complete', study.StudyInstanceUID])).status, 64);
});

/** A scan that tells of a job that a person has to look at. */
async function scanFindingFault(station: TestStation): Promise<void> {
  const { status, stderr } = await station.dts(['scan-arrived']);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /: error: job \S+: held: the study is incomplete: no series two; a person has to look/);
}

test('a study is not complete while somebody who stores into it is connected', async (t) => {
  const station = await makePolicyStation(t, { AI: {} }, '');
  const scu = await RawScu.associate(station.port);
  assert.equal((await scu.store('1.2.3.1.1', encodeInstance())).Status, 0);
  await scan(station);
  assert.deepEqual(await jobsIn(station), []);
  assert.deepEqual((await waitsOf(station)).map(({ waitsFor }) => waitsFor), ['held-back']);
  assert.match((await station.dts(['status'])).stdout, /at the latest: an association that stores into it is open/);
  await scu.release();
  await scan(station);
  assert.deepEqual(await jobsIn(station), ['AI pending']);
});

test('a sender that vanishes, and a receiver that is killed, hold nothing back', async (t) => {
  const station = await makeStation(t, { config: { Streams: [
    { name: 'Note', trigger: {}, 'trigger-study': [{ type: 'exec', cmd: ['true'] }] },
  ] } });
  const first = await station.startReceiver(t);
  const vanishing = await RawScu.associate(station.port);
  await vanishing.store('1.2.3.1.1', encodeInstance());
  vanishing.socket.destroy();
  await until('end of the association', async () => (await readdir(station.layout.openStudies)).length === 0);

  const staying = await RawScu.associate(station.port);
  await staying.store('1.2.3.1.2', encodeInstance({ SOPInstanceUID: '1.2.3.1.2' }));
  first.kill('SIGKILL');
  await once(first, 'close');
  assert.equal((await readdir(station.layout.openStudies)).length, 1);
  await scan(station);
  assert.deepEqual(await readdir(station.layout.arrived), []);
  assert.deepEqual(await readdir(station.layout.claimed), []);
  await rm(station.layout.receiverState); // so that it is the next receiver's that is waited for
  await station.startReceiver(t);
  await until('tidying up by the next receiver', async () => (await readdir(station.layout.openStudies)).length === 0);
});

test('triggers by address and by headers decide between streams, and explain shows on which values', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makePolicyStation(t, {
    Here: { trigger: { CallerIP: ['127.0.0.0/8'], match: { Modality: '^CT$', PatientID: '^P-' } } },
    Elsewhere: { trigger: { CallerIP: ['10.0.0.0/8'] } },
    Either: { trigger: { match: [{ Modality: 'MR' }, { SeriesNumber: '^2$' }] } },
    MROnly: { trigger: { match: { Modality: 'MR' } } },
    NoSecond: { trigger: { exclude: { SeriesNumber: '2' } } },
  }, '');
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2 });
  await sendTo(station, [study.folder]);
  await scan(station);
  assert.deepEqual(await jobsIn(station), ['Either pending', 'Here pending']);
  const { arrivals: [arrival] } = await readJson<Explanation>(station, ['explain', study.StudyInstanceUID]);
  const decided = arrival!.streams.map(({ stream, matched, conditions }) => {
    const { condition, found } = conditions.filter(({ holds }) => holds === matched).at(-1)!;
    return [stream, matched, condition, found.replace(/series [\d.]+/, 'series')];
  });
  assert.deepEqual(decided, [
    ['Here', true, 'match', 'series: Modality CT; PatientID P-4711'],
    ['Elsewhere', false, 'CallerIP', '127.0.0.1'],
    ['Either', true, 'match', 'series: SeriesNumber 2'],
    ['MROnly', false, 'match', 'Modality CT'],
    ['NoSecond', false, 'exclude', 'series: SeriesNumber 2'],
  ]);
});

test('one stream acts on each series and on the study, each when it is complete and fits', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makePolicyStation(t, {
    Both: { 'trigger-series': [{ type: 'job' }], trigger: { match: { SeriesNumber: '^[12]$' } } },
  }, '');
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 3 });
  await Promise.all(study.series.map(({ files }, index) => sendTo(station, files, { calling: `SENDER${index % 2}` })));
  await scan(station);
  const jobs = await listJobs(station);
  const selected = jobs.map(({ arrival, selected: all }) => {
    return `${arrival.SeriesInstanceUID === undefined ? 'study' : 'series'} ${all.length}`;
  });
  assert.deepEqual(selected.sort(), ['series 1', 'series 1', 'study 3']);
  const ofSeries = jobs.flatMap(({ arrival }) => arrival.SeriesInstanceUID ?? []);
  assert.deepEqual(ofSeries.sort(), study.series.slice(0, 2).map(({ SeriesInstanceUID }) => SeriesInstanceUID).sort());
});

test('the same instances again are no late arrival, also while another stream waits', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makePolicyStation(t, {
    First: { lateArrivals: 'hold' }, Waiting: { expect: { instances: 9, within: 3600 } },
  }, '');
  const study = await writeSmallStudy(await temporaryFolder(t));
  for (let time = 0; time < 2; time += 1) {
    await sendTo(station, [study.folder]);
    await scan(station);
  }
  assert.deepEqual(await jobsIn(station), ['First pending']);
  assert.equal((await readdir(station.layout.claimed)).filter((name) => !name.startsWith('.')).length, 1);
});

test('a series that comes late replaces a job that runs, and the core sees all of the study', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makePolicyStation(t, { AI: { lateArrivals: 'supersede' } }, '');
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2 });
  for (const { files } of study.series) {
    await sendTo(station, files);
    await scan(station);
    await station.dts(['run-one-job']);
  }
  assert.deepEqual(await jobsIn(station), ['AI cancelled', 'AI staged']);
  const staged = (await listJobs(station)).find(({ state }) => state === 'staged');
  assert.equal(staged?.selected.length, 2);
  const cancelled = (await listJobs(station)).find(({ state }) => state === 'cancelled');
  const shown = await station.dts(['jobs', 'show', cancelled!.JobId]);
  assert.match(shown.stdout, new RegExp(`superseded by ${staged!.JobId}`));
});
