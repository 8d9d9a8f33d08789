// The example core as the station runs it: a program of its own, given a folder of real files, judged by what it writes
// and says.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { readHeader, type Header } from '../../src/dicom/header.ts';
import type { OutputRow } from '../../src/demo/example-core/output-json.ts';
import { writePhantomStudy, type PhantomSeries, type PhantomStudy } from '../../src/demo/phantom-study.ts';
import { runDcmtk, skipWithout } from './dcmtk.ts';

const MAIN = fileURLToPath(new URL('../../src/demo/example-core/main.ts', import.meta.url));
const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const DISCLAIMER = 'Research only: not for diagnosis';

const KEPT = [
  'StudyInstanceUID', 'PatientID', 'PatientName', 'PatientBirthDate', 'AccessionNumber', 'StudyDate',
] as const;

type Run = { status: number; stdout: string; stderr: string };

let directory: string;
let study: PhantomStudy;
let data: string;
let output: string;
let run: Run;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dts-core-'));
  const options = { seed: 3, PatientName: 'Müller^Änne', PatientID: 'Ä 1' };
  study = await writePhantomStudy(join(directory, 'study'), options);
  data = await prepareData('data', study.series);
  output = join(directory, 'output');
  run = await runCore(data, output);
});
after(() => rm(directory, { recursive: true, force: true }));

test('exits 0, says a line for each series and no error', () => {
  assert.equal(run.status, 0, run.stderr);
  assert.equal(run.stderr, '');
  assert.equal(run.stdout.trimEnd().split('\n').length, study.series.length);
});

test('measures the noise that was put in, to a twentieth and half a unit', async () => {
  for (const key of ['native', 'contrast', 'coronal'] as const) {
    const { noiseHounsfield } = seriesOf(key);
    const measured = await numberOf(key, 'noise');
    const tolerance = 0.05 * noiseHounsfield + 0.5;
    assert.ok(Math.abs(measured - noiseHounsfield) < tolerance, `${key}: ${measured}, put in ${noiseHounsfield}`);
  }
});

test('gives the less noisy series the higher signal-to-noise ratio', async () => {
  const keys = ['native', 'contrast', 'coronal'] as const;
  const ratios = await Promise.all(keys.map((key) => numberOf(key, 'signal_to_noise')));
  assert.deepEqual(ratios, ratios.toSorted((a, b) => a - b));
  // Liver of 56 HU without and 112 HU with contrast medium is the most even tissue near the middle.
  for (const [index, expected] of [56 / 24, 112 / 12, 112 / 6].entries()) {
    assert.ok(Math.abs(ratios[index]! / expected - 1) < 0.1, `${ratios[index]}, expected ${expected}`);
  }
});

test('gives a localizer its distribution but no signal-to-noise ratio, with the reason', async () => {
  assert.ok((await numberOf('localizer', 'maximum')) > (await numberOf('localizer', 'minimum')));
  const rows = await rowsOf('localizer');
  assert.equal(rows.find((row) => row.field_name === 'signal_to_noise'), undefined);
  assert.match(String(rows.find((row) => row.field_name === 'signal_to_noise_not_measurable')?.value), /localizer/);
});

test('counts every pixel of the series in 64 bins', async () => {
  const row = (await rowsOf('native')).find((one) => one.field_name === 'histogram');
  const counts = row?.value as number[];
  assert.equal(counts.length, 64);
  assert.equal(counts.reduce((sum, count) => sum + count, 0), 16 * 256 * 256);
});

test('keeps patient and study, with new series and instances that state they are not for diagnosis', async () => {
  const input = await Promise.all(study.files.map(readValidHeader));
  const files = (await readdir(output)).filter((name) => name.endsWith('.dcm'));
  assert.deepEqual(files, ['measurements.dcm', 'report-1.dcm']);
  for (const name of files) {
    const header = await readValidHeader(join(output, name));
    for (const keyword of KEPT) {
      assert.equal(header.text(keyword), input[0]!.text(keyword), keyword);
    }
    for (const keyword of ['SeriesInstanceUID', 'SOPInstanceUID'] as const) {
      assert.ok(!input.some((one) => one.text(keyword) === header.text(keyword)), keyword);
    }
    assert.ok((await readFile(join(output, name))).includes(DISCLAIMER));
  }
});

test('draws the report as an RGB Secondary Capture that is neither empty nor one colour', async () => {
  const path = join(output, 'report-1.dcm');
  const header = await readValidHeader(path);
  assert.equal(header.text('SOPClassUID'), '1.2.840.10008.5.1.4.1.1.7');
  assert.equal(header.text('PhotometricInterpretation'), 'RGB');
  const pixelBytes = header.number('Rows')! * header.number('Columns')! * 3;
  const pixels = (await readFile(path)).subarray(-pixelBytes);
  const colors = new Set(Array.from({ length: pixelBytes / 3 }, (_, index) => pixels.readUIntBE(index * 3, 3)));
  assert.ok(colors.size > 200, `${colors.size} colours`);
});

const skip = skipWithout('dsrdump');

test('refers to every source image in a report that DCMTK reads without an error', { skip }, async () => {
  const { status, stdout, stderr } = runDcmtk('dsrdump', ['+Pc', '+Pl', join(output, 'measurements.dcm')]);
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr, /^[EF]:/m);
  assert.match(stdout, /^Comprehensive SR Document/m);
  assert.match(stdout, /\(126000,DCM,"Imaging Measurement Report"\)/);
  assert.match(stdout, new RegExp(`"${DISCLAIMER}"`));
  assert.equal(stdout.match(/contains IMAGE/g)?.length, study.files.length);
  for (const key of ['native', 'contrast', 'coronal'] as const) {
    const ratio = await numberOf(key, 'signal_to_noise');
    assert.ok(stdout.includes(`(SNR,99DTS,"Signal-to-noise ratio")="${ratio}" ({ratio},UCUM,"ratio")`), stdout);
  }
  assert.match(stdout, /\(112031,DCM,"Attenuation Coefficient"\)="-?[\d.]+" \(\[hnsf'U\],UCUM,"Hounsfield unit"\)/);
  const bytes = await readFile(join(output, 'measurements.dcm'));
  for (const file of study.files) {
    assert.ok(bytes.includes((await readValidHeader(file)).text('SOPInstanceUID')!), file);
  }
});

test('makes the same UIDs in a repeated run, others for another job', async () => {
  const identifiers = async (folder: string) =>
    Promise.all(['measurements.dcm', 'report-1.dcm'].map(async (name) => {
      const header = await readValidHeader(join(folder, name));
      return [header.text('SeriesInstanceUID'), header.text('SOPInstanceUID')];
    }));
  const again = join(directory, 'again');
  const other = join(directory, 'other');
  await runCore(data, again);
  await runCore(data, other, { DTS_JOB_ID: 'another' });
  assert.deepEqual(await identifiers(again), await identifiers(output));
  assert.equal(await readFile(join(again, 'output.json'), 'utf8'), await readFile(join(output, 'output.json'), 'utf8'));
  const all = [...(await identifiers(output)), ...(await identifiers(other))].flat();
  assert.equal(new Set(all).size, all.length);
});

test('finds its folders in the environment of a MONAI module', async () => {
  const folder = join(directory, 'monai-output');
  const environment = { MONAI_INPUTPATH: join(data, 'input'), MONAI_OUTPUTPATH: folder };
  const { status, stderr } = await start([], environment);
  assert.equal(status, 0, stderr);
  assert.ok((await readdir(folder)).includes('output.json'));
});

test('reports a compressed series as not measurable and measures the others', async () => {
  const folder = await prepareData('compressed', [seriesOf('localizer'), seriesOf('native')]);
  await changeFiles(folder, seriesOf('localizer'), async (path) => {
    const bytes = await readFile(path);
    const place = bytes.indexOf('1.2.840.10008.1.2.1\0');
    bytes.write('1.2.840.10008.1.2.5\0', place, 'latin1');
    await writeFile(path, bytes);
  });
  const rows = await measure(folder);
  assert.match(notMeasurable(rows, 'localizer'), /RLE Lossless is not supported/);
  const native = rows.filter((row) => row.SeriesInstanceUID === seriesOf('native').SeriesInstanceUID);
  assert.ok(native.some((row) => row.field_name === 'mean'));
});

test('reports a series with truncated pixel data as not measurable, with how much there is', async () => {
  const folder = await prepareData('truncated', [seriesOf('localizer')]);
  await changeFiles(folder, seriesOf('localizer'), (path) => truncate(path, 100_000));
  const reason = notMeasurable(await measure(folder), 'localizer');
  assert.match(reason, /pixel data of 1-001\.dcm is truncated: \d+ of 131072 bytes/);
});

test('measures nothing in a report but still answers', async () => {
  const folder = join(directory, 'report-only');
  await mkdir(join(folder, 'input'), { recursive: true });
  await copyFile(join(output, 'measurements.dcm'), join(folder, 'input', 'sr.dcm'));
  const SeriesInstanceUID = (await readValidHeader(join(output, 'measurements.dcm'))).text('SeriesInstanceUID');
  await writeFile(join(folder, 'descr.json'), JSON.stringify([{ SeriesInstanceUID }]));
  const rows = await measure(folder);
  assert.deepEqual(rows.map((row) => [row.field_name, row.value]), [['not_measurable', 'it holds no images']]);
});

const describe = (text: string) => (folder: string) => writeFile(join(folder, 'descr.json'), text);
const add = (name: string, text: string) => (folder: string) => writeFile(join(folder, 'input', name), text);

const UNUSABLE: [claim: string, prepare: (folder: string) => Promise<unknown>, message: RegExp][] = [
  ['no descr.json', (folder) => rm(join(folder, 'descr.json')), /descr\.json is missing/],
  ['a descr.json that is no JSON', describe('{'), /not a JSON list/],
  ['a descr.json that is no list', describe('{}'), /not a JSON list/],
  ['an entry of no series', describe('[null]'), /without SeriesInstanceUID/],
  ['a series without instances', describe('[{"SeriesInstanceUID":"1.2"}]'), /names series 1\.2/],
  ['no input folder', (folder) => rm(join(folder, 'input'), { recursive: true }), /holds no \.dcm files/],
  ['an empty file', add('empty.dcm', ''), /empty\.dcm/],
  ['a file that is not DICOM', add('page.dcm', '<html>'.repeat(99)), /page\.dcm/],
];

for (const [claim, prepare, message] of UNUSABLE) {
  test(`exits 65 and writes nothing when given ${claim}`, async () => {
    const folder = await prepareData(`unusable ${claim}`, [seriesOf('localizer')]);
    await prepare(folder);
    const { status, stdout, stderr } = await runCore(folder, join(folder, 'output'));
    assert.equal(status, 65, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, message);
    assert.match(stderr, /^example-core: error: .*; nothing was written\n$/);
    assert.deepEqual((await readdir(folder)).includes('output'), false);
  });
}

test('exits 65 when instances of two patients are mixed', async () => {
  const other = await writePhantomStudy(join(directory, 'stranger'), { seed: 4, PatientID: 'stranger' });
  const folder = await prepareData('mixed', [seriesOf('localizer')]);
  await copyFile(other.files[0]!, join(folder, 'input', 'stranger.dcm'));
  const { status, stderr } = await runCore(folder, join(folder, 'output'));
  assert.equal(status, 65);
  assert.match(stderr, /2 different StudyInstanceUID/);
});

test('exits 65 when given one argument', async () => {
  const { status, stderr } = await start([data]);
  assert.equal(status, 65);
  assert.match(stderr, /expected: example-core\.mjs DATA OUTPUT/);
});

function seriesOf(key: PhantomSeries['key']): PhantomSeries {
  return study.series.find((series) => series.key === key) ?? assert.fail(`no series ${key}`);
}

async function prepareData(name: string, series: readonly PhantomSeries[]): Promise<string> {
  const folder = join(directory, name);
  await mkdir(join(folder, 'input'), { recursive: true });
  for (const file of series.flatMap((one) => one.files)) await copyFile(file, join(folder, 'input', basename(file)));
  const description = series.map(({ SeriesInstanceUID }) => ({ SeriesInstanceUID }));
  await writeFile(join(folder, 'descr.json'), JSON.stringify(description));
  return folder;
}

async function changeFiles(
  folder: string,
  series: PhantomSeries,
  change: (path: string) => Promise<void>,
): Promise<void> {
  for (const file of series.files) await change(join(folder, 'input', basename(file)));
}

async function measure(folder: string): Promise<OutputRow[]> {
  const { status, stderr } = await runCore(folder, join(folder, 'output'));
  assert.equal(status, 0, stderr);
  return readRows(join(folder, 'output'));
}

function notMeasurable(rows: readonly OutputRow[], key: PhantomSeries['key']): string {
  const found = rows.filter((row) => row.SeriesInstanceUID === seriesOf(key).SeriesInstanceUID);
  assert.deepEqual(found.map((row) => row.field_name), ['not_measurable']);
  return String(found[0]!.value);
}

async function readRows(folder: string): Promise<OutputRow[]> {
  return JSON.parse(await readFile(join(folder, 'output.json'), 'utf8')) as OutputRow[];
}

async function rowsOf(key: PhantomSeries['key']): Promise<OutputRow[]> {
  return (await readRows(output)).filter((row) => row.SeriesInstanceUID === seriesOf(key).SeriesInstanceUID);
}

async function numberOf(key: PhantomSeries['key'], field: string): Promise<number> {
  const value = (await rowsOf(key)).find((row) => row.field_name === field)?.value;
  assert.equal(typeof value, 'number', `${key} ${field}`);
  return value as number;
}

async function readValidHeader(file: string): Promise<Header> {
  const header = await readHeader(file);
  if ('notDicom' in header) assert.fail(`${basename(dirname(file))}/${basename(file)} ${header.notDicom}`);
  return header;
}

function runCore(dataFolder: string, outputFolder: string, environment: Record<string, string> = {}): Promise<Run> {
  return start([dataFolder, outputFolder], environment);
}

async function start(parameters: string[], environment: Record<string, string> = {}): Promise<Run> {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...parameters], {
    cwd: CHECKOUT,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[status], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { status: Number(status), stdout, stderr };
}
