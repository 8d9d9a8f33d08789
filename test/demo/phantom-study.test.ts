// The phantom study: attenuation and noise as planned, attributes as the CT Image IOD wants them, repeatable by seed.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadDictionary } from '../../src/dicom/dictionary.ts';
import { readHeader, type Header } from '../../src/dicom/header.ts';
import { readFrames, type Frame } from '../../src/demo/example-core/pixel-data.ts';
import { ANATOMY } from '../../src/demo/phantom/anatomy.ts';
import { writePhantomStudy, type PhantomSeries, type PhantomStudy } from '../../src/demo/phantom-study.ts';
import { runDcmtk, skipWithout } from './dcmtk.ts';

let directory: string;
let study: PhantomStudy;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dts-phantom-'));
  study = await writePhantomStudy(join(directory, 'study'), { seed: 1 });
});
after(() => rm(directory, { recursive: true, force: true }));

test('writes four series in less than 15 MB', async () => {
  assert.deepEqual(study.series.map((series) => [series.key, series.files.length]), [
    ['localizer', 2], ['native', 16], ['contrast', 16], ['coronal', 14],
  ]);
  const sizes = await Promise.all(study.files.map(async (file) => (await stat(file)).size));
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 15e6);
});

// PS3.3 table A.3-1, with those of Type 1C and 2C whose condition holds.
const TYPE_1 = [
  'SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'Modality', 'SeriesInstanceUID', 'FrameOfReferenceUID',
  'PixelSpacing', 'ImageOrientationPatient', 'ImagePositionPatient', 'SamplesPerPixel', 'PhotometricInterpretation',
  'Rows', 'Columns', 'BitsAllocated', 'BitsStored', 'HighBit', 'PixelRepresentation', 'PixelData', 'ImageType',
  'RescaleIntercept', 'RescaleSlope', 'RescaleType', 'PatientPosition', 'SpecificCharacterSet',
];
const TYPE_2 = [
  'PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex', 'StudyDate', 'StudyTime', 'ReferringPhysicianName',
  'StudyID', 'AccessionNumber', 'SeriesNumber', 'PositionReferenceIndicator', 'Manufacturer', 'InstanceNumber',
  'SliceThickness', 'KVP', 'AcquisitionNumber',
];

test('holds every mandatory element of the CT Image IOD in each image', async () => {
  const { tagOf } = await loadDictionary();
  const tag = (keyword: string) => tagOf(keyword) ?? assert.fail(`${keyword} is no keyword`);
  for (const file of study.files) {
    const header = await readValidHeader(file);
    for (const keyword of [...TYPE_1, ...TYPE_2]) assert.ok(header.has(tag(keyword)), `${file} lacks ${keyword}`);
    for (const keyword of TYPE_1.filter((one) => one !== 'PixelData')) {
      assert.ok(header.bytes(tag(keyword))?.length, `${keyword} is empty in ${file}`);
    }
  }
});

test('places the images of each stack at even distances along one line, numbered from 1', async () => {
  for (const [key, axis, step] of [['native', 2, -20], ['contrast', 2, -20], ['coronal', 1, 12]] as const) {
    const headers = await Promise.all(seriesOf(key).files.map(readValidHeader));
    assert.deepEqual(headers.map((header) => header.number('InstanceNumber')), headers.map((_, index) => index + 1));
    const places = headers.map((header) => header.numbers('ImagePositionPatient')[axis]!);
    for (const [index, place] of places.entries()) assert.equal(place, places[0]! + index * step);
  }
});

test('keeps one study, one frame of reference and one patient, and a UID of its own for each image', async () => {
  const headers = await Promise.all(study.files.map(readValidHeader));
  const distinct = (keyword: Parameters<Header['text']>[0]) => new Set(headers.map((header) => header.text(keyword)));
  assert.deepEqual([...distinct('StudyInstanceUID')], [study.StudyInstanceUID]);
  assert.deepEqual([...distinct('PatientID')], [study.PatientID]);
  assert.deepEqual([...distinct('AccessionNumber')], [study.AccessionNumber]);
  assert.equal(distinct('FrameOfReferenceUID').size, 1);
  assert.equal(distinct('SeriesInstanceUID').size, 4);
  assert.equal(distinct('SOPInstanceUID').size, study.files.length);
});

for (const [key, contrast, name, z] of [
  ['native', false, 'liver', -50], ['contrast', true, 'liver', -50],
  ['native', false, 'aorta', -50], ['contrast', true, 'aorta', -50],
  ['native', false, 'left lung', 90], ['contrast', true, 'left lung', 90],
  ['contrast', true, 'spleen', -50], ['contrast', true, 'liver cyst', -50],
] as const) {
  test(`shows the ${name} of the ${key} series with its own attenuation`, async () => {
    const structure = ANATOMY.find((one) => one.name === name) ?? assert.fail(`no ${name}`);
    const expected = contrast ? (structure.enhanced ?? structure.native) : structure.native;
    const { mean, count } = await measureAround(seriesOf(key), [structure.center[0], structure.center[1], z], 8);
    const tolerance = 0.5 + (4 * seriesOf(key).noiseHounsfield) / Math.sqrt(count);
    assert.ok(Math.abs(mean - expected) < tolerance, `${mean} HU, expected ${expected} within ${tolerance}`);
  });
}

test('puts the planned noise into each axial series', async () => {
  for (const key of ['native', 'contrast'] as const) {
    const { deviation } = await measureAround(seriesOf(key), [-80, -10, -50], 14);
    const { noiseHounsfield } = seriesOf(key);
    assert.ok(Math.abs(deviation / noiseHounsfield - 1) < 0.1, `${deviation} HU, put in ${noiseHounsfield}`);
  }
});

test('makes the same bytes from the same seed, others from another', async () => {
  const again = await writePhantomStudy(join(directory, 'again'), { seed: 1 });
  const other = await writePhantomStudy(join(directory, 'other'), { seed: 2 });
  for (const [index, file] of study.files.entries()) {
    const bytes = await readFile(file);
    assert.ok(bytes.equals(await readFile(again.files[index]!)), `${basename(file)} differs`);
    assert.ok(!bytes.equals(await readFile(other.files[index]!)), `${basename(file)} is the same`);
  }
  assert.notEqual(other.StudyInstanceUID, study.StudyInstanceUID);
});

test('names a new study on each call without a seed, with what was asked for in it', async () => {
  const startedAt = new Date('2025-12-31T23:59:59Z');
  const options = { PatientID: 'P1', PatientName: 'Müller^Änne', AccessionNumber: 'A1', startedAt };
  const first = await writePhantomStudy(join(directory, 'first'), options);
  const second = await writePhantomStudy(join(directory, 'second'), options);
  assert.notEqual(first.StudyInstanceUID, second.StudyInstanceUID);
  const header = await readValidHeader(first.files[0]!);
  assert.equal(header.text('PatientID'), 'P1');
  assert.equal(header.text('PatientName'), 'Müller^Änne');
  assert.equal(header.text('AccessionNumber'), 'A1');
  assert.equal(header.text('StudyDate'), '20251231');
});

test('is DICOM to DCMTK, pixels included', { skip: skipWithout('dcm2pnm') }, () => {
  for (const series of study.series) {
    const picture = join(directory, 'picture.pgm');
    const { status, stderr } = runDcmtk('dcm2pnm', ['+Wi', '1', '+op', series.files[0]!, picture]);
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /^[EF]:/m);
  }
});

function seriesOf(key: PhantomSeries['key']): PhantomSeries {
  return study.series.find((series) => series.key === key) ?? assert.fail(`no series ${key}`);
}

async function readValidHeader(file: string): Promise<Header> {
  const header = await readHeader(file);
  if ('notDicom' in header) assert.fail(`${file} ${header.notDicom}`);
  return header;
}

/** Mean and deviation of the pixels within `radius` millimetres of a point, in the axial image at its height. */
async function measureAround(
  series: PhantomSeries,
  [x, y, z]: readonly [number, number, number],
  radius: number,
): Promise<{ mean: number; deviation: number; count: number }> {
  for (const file of series.files) {
    const header = await readValidHeader(file);
    const [left = 0, front = 0, height] = header.numbers('ImagePositionPatient');
    if (height !== z) continue;
    const frame = await readOnlyFrame(file, header);
    const spacing = header.number('PixelSpacing') ?? assert.fail('no PixelSpacing');
    const values = [...frame.values].filter((_, index) => {
      const column = index % frame.Columns;
      const row = Math.floor(index / frame.Columns);
      return Math.hypot(left + column * spacing - x, front + row * spacing - y) <= radius;
    });
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return { mean, deviation, count: values.length };
  }
  return assert.fail(`no image at ${z} mm`);
}

async function readOnlyFrame(file: string, header: Header): Promise<Frame> {
  const frames = await readFrames(file, header);
  if ('notMeasurable' in frames) return assert.fail(frames.notMeasurable);
  return frames[0] ?? assert.fail('no frame');
}
