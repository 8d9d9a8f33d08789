import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeStation, type TestStation } from '../rig/station.ts';
import { receiveStudy, STUDY, writeStudy } from './busy-station.ts';

const STREAMS = [
  { name: 'Thin', trigger: { AETitleCalled: '^AICORE$' }, 'trigger-study': [{ type: 'job' }] },
  { name: 'Other', trigger: { AETitleCalled: '^OTHER$', AETitleCaller: '^MOD' }, 'trigger-study': [{ type: 'job' }] },
];
const THIN = {
  executor: 'process', command: 'true', select: 'SELECT series FROM study WHERE SeriesDescription regexp "^thin"',
};
const FILES = { config: { Streams: STREAMS }, statements: { Thin: THIN, Other: { ...THIN, select: '' } } };

/** What `explain --json` says of each stream. */
async function matchesIn(station: TestStation, words: readonly string[]): Promise<string[]> {
  const { stdout, stderr } = await station.dts(['explain', '--json', ...words]);
  assert.equal(stderr, '');
  const [{ streams }] = JSON.parse(stdout).studies;
  return streams.map(({ stream, matched }: { stream: string; matched: boolean }) => `${stream} ${matched}`);
}

test('explain tells what files would be made into, as though they arrived', async (t) => {
  const station = await makeStation(t, FILES);
  const { status, stdout, stderr } = await station.dts(['explain', await writeStudy(t), '--called', 'AICORE']);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, new RegExp(`^Study ${STUDY}, 1 series, if it arrived now\n`));
  assert.match(stdout, /yes {2}stream Thin: runs its core on the study\n +yes {2}AETitleCalled \^AICORE\$ {3}<- "AICORE"\n/);
  assert.match(stdout, /false {2}SeriesDescription regexp "\^thin" {3}<- "Thin"\n +hint: case counts/);
  assert.match(stdout, /no {3}stream Other\n +no {3}AETitleCalled \^OTHER\$ {3}<- "AICORE"\n +\? {4}AETitleCaller \^MOD/);
});

test('explain takes for granted of files what nobody said, and believes what somebody says', async (t) => {
  const station = await makeStation(t, FILES);
  const folder = await writeStudy(t);
  assert.deepEqual(await matchesIn(station, [folder]), ['Thin true', 'Other true']);
  assert.deepEqual(await matchesIn(station, [join(folder, '1.dcm'), '--called', 'OTHER']), ['Thin false', 'Other true']);
  assert.deepEqual(await matchesIn(station, [folder, '--called', 'OTHER', '--caller', 'CT']), ['Thin false', 'Other false']);
});

test('explain says of a stream without a core that it delivers, and whose results it brings back', async (t) => {
  const pacs = { AETitle: 'PACS', IP: '127.0.0.1', PORT: 104 };
  const station = await makeStation(t, { config: {
    deidentification: { key: { env: 'KEY' }, profiles: { reading: { wayBack: true } } }, destinations: { pacs },
    Streams: [
      { name: 'Relay', trigger: { AETitleCalled: '^RELAY$' }, destination: ['pacs'] },
      { name: 'Back', trigger: { AETitleCalled: '^RESULTS$' }, reidentify: 'reading', destination: ['pacs'] },
    ],
  } });
  const folder = await writeStudy(t);
  assert.match((await station.dts(['explain', folder, '--called', 'RELAY'])).stdout, /stream Relay: delivers the study, without a core\n/);
  assert.match((await station.dts(['explain', folder, '--called', 'RESULTS'])).stdout,
    /stream Back: delivers the study, without a core; brought back to its patient by profile reading\n/);
});

test('explain of a job explains its arrival, by the beginning of its id', async (t) => {
  const station = await makeStation(t, { ...FILES, statements: { ...FILES.statements, Thin: { ...THIN, select: '' } } });
  await receiveStudy(t, station);
  assert.equal((await station.dts(['scan-arrived'])).status, 0);
  const [{ JobId }] = JSON.parse((await station.dts(['jobs', '--json'])).stdout);
  const { status, stdout } = await station.dts(['explain', JobId.slice(0, 14)]);
  assert.equal(status, 0);
  assert.match(stdout, /Arrived \S+ from MODALITY \(127\.0\.0\.1\) to AICORE: wanted\n/);
  assert.match(stdout, new RegExp(`Jobs\n {2}${JobId}: pending\n$`));
});

test('explain refuses what is nothing, and titles for what has arrived', async (t) => {
  const station = await makeStation(t, FILES);
  const nothing = await station.dts(['explain', 'nothing']);
  assert.deepEqual([nothing.status, nothing.stdout], [64, '']);
  assert.match(nothing.stderr, /nothing is no StudyInstanceUID, no JobId, no DeliveryId, no file and no folder/);
  const titled = await station.dts(['explain', STUDY, '--called', 'X']);
  assert.equal(titled.status, 64);
  assert.match(titled.stderr, /has arrived, so --called cannot be supposed of it/);
});

test('explain of files without an image among them ends with 65', async (t) => {
  const station = await makeStation(t, FILES);
  const file = join(station.root, 'README');
  await writeFile(file, 'no DICOM');
  const { status, stderr } = await station.dts(['explain', file]);
  assert.equal(status, 65);
  assert.match(stderr, /README: left out: .*\n.*nothing to explain: \S+README is and holds no DICOM file\n$/);
});

test('nothing that explain prints is wider than 80 columns, but for values that are', async (t) => {
  const select = `SELECT study FROM study WHERE series NAMED "thin slices" HAS SeriesDescription containing "thin"
    AND (ImageType containing PRIMARY OR NumImages > 100) ALSO WHERE Modality == MR`;
  const station = await makeStation(t, { ...FILES, statements: { Thin: { ...THIN, select }, Other: { ...THIN, select: 'Modality: MR' } } });
  const folder = await writeStudy(t, { ManufacturerModelName: 'RHAPSODE 12', Manufacturer: 'GE MEDICAL SYSTEMS', ImageType: ['ORIGINAL', 'SECONDARY', 'AXIAL'], SeriesDescription: 'Thin slices 0.6' });
  const { stdout } = await station.dts(['explain', folder]);
  assert.deepEqual(stdout.split('\n').filter(({ length }) => length > 80), []);
  assert.match(stdout, /left out|No job would be made/);
});
