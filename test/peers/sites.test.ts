// The station and its sites beside each other, with the real commands and real senders.

import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { StationReport } from '../../src/flow/report/station-report.ts';
import { listMarks } from '../../src/spool/arrivals.ts';
import { requirePeer, startStorescp, temporaryFolder } from '../rig/peers.ts';
import { filesBelow } from '../rig/receiver.ts';
import { runProgram } from '../rig/station.ts';
import { answers, killed, makeSiteStation, receiveAt, storeAt, type Place, type SiteStation } from './site-station.ts';
import { writeSmallStudy, type SmallStudy } from './small-study.ts';
import { listJobs, readJson, until } from './ticks.ts';

const TRIGGER = { AETitleCalled: '^AICORE1$', AETitleCaller: '.*' };

async function smallStudy(t: TestContext): Promise<SmallStudy> {
  return writeSmallStudy(join(await temporaryFolder(t), 'study'));
}

async function keptAt({ layout }: Place): Promise<string[]> {
  return filesBelow(layout.archive).catch(() => []);
}

/** The events of a place's own log. */
async function eventsAt({ layout }: Place): Promise<{ event: string; level: string }[]> {
  const files = await filesBelow(layout.logs);
  const texts = await Promise.all(files.map((file) => readFile(join(layout.logs, file), 'utf8')));
  return texts.join('').trimEnd().split('\n').map((line) => JSON.parse(line));
}

/** Runs the three commands of the pipeline until nothing is left to do. */
async function seeTo({ station }: SiteStation, ofSite: readonly string[]): Promise<void> {
  for (const words of [['scan-arrived'], ['run-one-job', '--all'], ['forward'], ['run-one-job', '--all']]) {
    const { status, stdout, stderr } = await station.dts([...words, ...ofSite]);
    assert.deepEqual([status, stdout, stderr], [0, '', ''], words.join(' '));
  }
}

test('a study that is sent to the station and to two sites is kept by each, apart', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station, own, sites } = await makeSiteStation(t, ['NORTH', 'SOUTH']);
  const places = [own, ...sites];
  await Promise.all(places.map((place) => receiveAt(t, station, place)));
  const study = await smallStudy(t);
  const statuses = await Promise.all(places.map((place) => storeAt(place, study.files)));
  assert.deepEqual(statuses, [0, 0, 0]);
  for (const place of places) {
    assert.deepEqual((await keptAt(place)).length, study.files.length);
    assert.equal((await listMarks(place.layout)).marks.length, 2);
    assert.deepEqual(await filesBelow(place.layout.temp), []);
    const events = await eventsAt(place);
    assert.deepEqual(events.map(({ event }) => event), ['receiver-started', 'association-ended']);
  }
});

test('the receiver of a site is killed while all receive, and started again; no other notices', async (t) => {
  if (!requirePeer(t, 'storescu', 'echoscu')) return;
  const { station, own, sites } = await makeSiteStation(t, ['NORTH', 'SOUTH']);
  const [north, south] = sites as [Place, Place];
  const [, atNorth] = await Promise.all([own, north, south].map((place) => receiveAt(t, station, place)));
  const study = await writeSmallStudy(join(await temporaryFolder(t), 'study'), { instances: 200 });
  const sending = [own, north, south].map((place) => storeAt(place, study.files));
  await until('instance at NORTH', async () => (await keptAt(north)).length > 0);
  await killed(atNorth!);
  const [atOwn, cutOff, atSouth] = await Promise.all(sending);
  assert.deepEqual([atOwn, atSouth], [0, 0]);
  assert.notEqual(cutOff, 0);
  assert.deepEqual(await Promise.all([own, north, south].map(answers)), [true, false, true]);
  for (const place of [own, south]) assert.equal((await keptAt(place)).length, study.files.length);

  await receiveAt(t, station, north);
  assert.equal(await storeAt(north, study.files), 0);
  assert.equal((await keptAt(north)).length, study.files.length);
  assert.deepEqual(await filesBelow(north.layout.temp), []);
});

test('two receivers on one data directory keep an instance that both are sent once, and mark it for each', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station, own, sites } = await makeSiteStation(t, ['NORTH']);
  const north: Place = { ...sites[0]!, layout: own.layout };
  await station.configure({ receiver: { SITES: { NORTH: { DICOMPORT: north.port } } } });
  await Promise.all([own, north].map((place) => receiveAt(t, station, place)));
  const study = await writeSmallStudy(join(await temporaryFolder(t), 'study'), { instances: 50 });
  const statuses = await Promise.all([storeAt(own, study.files), storeAt(north, study.files, 'NORTH')]);
  assert.deepEqual(statuses, [0, 0]);
  assert.equal((await keptAt(own)).length, study.files.length);
  const marks = (await listMarks(own.layout)).marks.map(({ origin }) => origin.calledAETitle);
  assert.deepEqual(marks.sort(), ['AICORE1', 'AICORE1', 'NORTH', 'NORTH']);
  const { receiver, sites: [report] } = await readJson<StationReport>(station, ['status']);
  assert.deepEqual([receiver.life, report?.receiver.life], ['alive', 'alive']);
});

test('what arrives at a site becomes a job and is delivered, in the site\'s own data directory', async (t) => {
  if (!requirePeer(t, 'storescu', 'storescp')) return;
  const pacs = await startStorescp(t);
  const destination = [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port }];
  const relay = { name: 'Relay', trigger: TRIGGER, destination };
  const opened = await makeSiteStation(t, ['NORTH'], { config: { Streams: [relay] } });
  const { station, own, sites: [north] } = opened as SiteStation & { sites: [Place] };
  await receiveAt(t, station, north);
  const study = await smallStudy(t);
  assert.equal(await storeAt(north, study.files), 0);

  await seeTo(opened, []);
  assert.deepEqual(await filesBelow(pacs.directory), [], 'the station does not see to what came to a site');
  await seeTo(opened, ['--site', 'NORTH']);
  assert.equal((await filesBelow(pacs.directory)).length, study.files.length);

  const [job] = await readJson<{ JobId: string; state: string }[]>(station, ['jobs', 'list', '--site', 'NORTH']);
  assert.equal(job?.state, 'done');
  assert.deepEqual(await listJobs(station), []);
  const words = ['--site', 'NORTH'];
  const shown = await station.dts(['jobs', 'show', job.JobId, ...words]);
  assert.match(shown.stdout, new RegExp(`${north.layout.datadir}/jobs/done`));
  assert.match((await station.dts(['deliveries', ...words])).stdout, new RegExp(`^done .* ${job.JobId}`, 'm'));
  assert.match((await station.dts(['explain', study.StudyInstanceUID, ...words])).stdout, /yes {2}stream Relay/);
  assert.match((await station.dts(['log', ...words])).stdout, new RegExp(`job ${job.JobId}: forwarding to done`));
  assert.equal((await station.dts(['log'])).stdout, '');
  assert.deepEqual(await keptAt(own), []);
});

test('a second receiver of a site says which one runs already, and that there is nothing to do', async (t) => {
  const { station, sites: [north] } = await makeSiteStation(t, ['NORTH']) as SiteStation & { sites: [Place] };
  const first = await receiveAt(t, station, north);
  const second = await station.dts(['receive', 'NORTH']);
  assert.deepEqual([second.status, second.stdout], [0, '']);
  assert.match(second.stderr, new RegExp('^dts receive: warning: receiver of site NORTH: not started: it runs already, '
    + `on 127\\.0\\.0\\.1 port ${north.port} since \\S+; kill ${first.pid} stops that one\n$`));
  assert.equal((await readJson<StationReport>(station, ['status', '--site', 'NORTH'])).receiver.life, 'alive');
});

test('under cron\'s lock a second receiver of a site is not even started, and nothing is said', async (t) => {
  if (!requirePeer(t, 'flock')) return;
  const { station, sites: [north] } = await makeSiteStation(t, ['NORTH']) as SiteStation & { sites: [Place] };
  await mkdir(north.layout.locks, { recursive: true });
  const lock = ['-n', '-o', join(north.layout.locks, 'cron-receive-NORTH'), process.execPath, 'bin/dts'];
  const cron = (words: readonly string[]) => runProgram('flock', [...lock, ...words, '--config', station.config]);
  const ended = cron(['receive', 'NORTH']);
  const { pid } = await runningAt(station, 'NORTH');
  const second = await cron(['receive', 'NORTH']);
  assert.deepEqual([second.stdout, second.stderr], ['', '']);
  process.kill(pid, 'SIGTERM');
  const first = await ended;
  assert.deepEqual([first.status, first.stdout, first.stderr], [143, '', '']);
});

test('a site whose port something else has is not received for, and check says what to do', async (t) => {
  const opened = await makeSiteStation(t, ['NORTH', 'SOUTH']);
  const { station, sites: [north, south] } = opened as SiteStation & { sites: [Place, Place] };
  const SITES = { NORTH: { DICOMPORT: north.port, DATADIR: north.layout.datadir },
    SOUTH: { DICOMPORT: north.port, DATADIR: south.layout.datadir } };
  await station.configure({ receiver: { SITES } });
  await receiveAt(t, station, north);
  const { status, stderr } = await station.dts(['receive', 'SOUTH']);
  assert.equal(status, 74);
  assert.match(stderr, new RegExp('receiver of site SOUTH: not started: something listens on \\S+ '
    + `port ${north.port} already; stop it, or change DICOMPORT\n$`));
  const { stdout } = await station.dts(['check']);
  assert.match(stdout, /SITES\.SOUTH: listens on port \d+ as site NORTH does: only one of them can run/);
  assert.match(stdout, new RegExp(`^ok +site NORTH: receiver: answers on port ${north.port}$`, 'm'));
  assert.match(stdout, new RegExp(`^error +site SOUTH: receiver: does not run, and something else listens on its port `
    + `${north.port}; stop that`, 'm'));
});

test('check looks at each site: its folders, its receiver and port, its lines in the crontab', async (t) => {
  const { station, own, sites: [north, south] } = await makeSiteStation(t, ['NORTH', 'SOUTH']) as SiteStation
    & { sites: [Place, Place] };
  await receiveAt(t, station, own);
  await receiveAt(t, station, north);
  const { stdout } = await station.dts(['check']);
  const lines = stdout.split('\n').filter((line) => / site /.test(line)).map((line) => line.replace(/^\w+ +/, ''));
  const of = (place: Place) => lines.filter((line) => line.startsWith(`site ${place.site}: `)).join('\n');
  assert.match(of(north), /receiver: answers on port/);
  assert.match(of(north), new RegExp(`disk: .* on ${north.layout.datadir}`));
  assert.match(of(south), new RegExp(`data directory: ${south.layout.datadir} does not exist; .*mkdir -p -m 0750 `
    + `${south.layout.locks}`));
  assert.match(of(south), new RegExp(`receiver: does not run; port ${south.port} is free`));
  for (const place of [north, south]) assert.match(of(place), /crontab: /);
});

test('status tells of each site and is no better than the worst of them', async (t) => {
  const { station, own, sites: [north] } = await makeSiteStation(t, ['NORTH']) as SiteStation & { sites: [Place] };
  await receiveAt(t, station, own);
  const idle = await station.dts(['status']);
  assert.equal(idle.status, 75);
  assert.match(idle.stdout, /: a receiver does not run\n/);
  assert.match(idle.stdout, /^ {2}site NORTH {2}not running; dts receive NORTH, or its line in the crontab/m);

  const atNorth = await receiveAt(t, station, north);
  const well = await station.dts(['status']);
  assert.equal(well.status, 0);
  assert.match(well.stdout, new RegExp(`^ {2}site NORTH {2}alive on 127\\.0\\.0\\.1 port ${north.port} since \\S+$`, 'm'));

  await mkdir(join(north.layout.rejected, 'something'), { recursive: true });
  await killed(atNorth);
  const bad = await station.dts(['status']);
  assert.equal(bad.status, 65);
  assert.match(bad.stdout, /^ {2}site NORTH {2}does not answer on .*: its process \d+ has ended; cron starts it again; /m);
  assert.match(bad.stdout, /something needs a person: dts status --site NORTH shows more$/m);
  const site = await station.dts(['status', '--site', 'NORTH']);
  assert.equal(site.status, 65);
  assert.match(site.stdout, new RegExp(`^Data Transfer Station on ${north.layout.datadir}, site NORTH: `));
  assert.match(site.stdout, /1 set aside/);
  assert.equal((await readJson<StationReport>(station, ['status'])).sites[0]?.arrivals.setAside, 1);
});

async function runningAt(station: SiteStation['station'], site: string): Promise<{ readonly pid: number }> {
  for (;;) {
    const { receiver } = await readJson<StationReport>(station, ['status', '--site', site]);
    if (receiver.life === 'alive') return receiver;
  }
}
