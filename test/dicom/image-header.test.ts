import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeFileMeta } from '../../src/dicom/file-meta.ts';
import { tagOf } from '../../src/dicom/keywords.ts';
import { readHeader, type Header } from '../../src/dicom/header.ts';
import { readImageHeader } from '../../src/dicom/image-header.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from '../../src/dicom/transfer-syntaxes.ts';
import { writePart10, type Dataset } from '../../src/dicom/write.ts';
import { requirePeer, runPeer, temporaryFolder } from '../rig/peers.ts';
import { element, head } from './encode.ts';

const ORIENTATION = tagOf('ImageOrientationPatient');
const EFFECTIVE_ECHO_TIME = 0x00189082;
const DIRECTIONALITY = 0x00189075;

/** An enhanced MR of two frames: what all share, what each has, deeper sequences, and others beside. */
const ENHANCED: Dataset = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.4.1', SOPInstanceUID: '1.2.3.1.1', StudyInstanceUID: '1.2.3',
  SeriesInstanceUID: '1.2.3.1', Modality: 'MR', RepetitionTime: 7,
  ReferencedSeriesSequence: [{ SeriesInstanceUID: '9.9' }],
  SharedFunctionalGroupsSequence: [{
    PlaneOrientationSequence: [{ ImageOrientationPatient: [1, 0, 0, 0, 1, 0] }],
    MRTimingAndRelatedParametersSequence: [{ RepetitionTime: 5000, FlipAngle: 90 }],
    MRDiffusionSequence: [{ DiffusionDirectionality: 'DIRECTIONAL', DiffusionBMatrixSequence: [{ DiffusionBValueXX: 3 }] }],
  }],
  PerFrameFunctionalGroupsSequence: [
    {
      MREchoSequence: [{ EffectiveEchoTime: 80 }],
      PlaneOrientationSequence: [{ ImageOrientationPatient: [0, 1, 0, 0, 0, -1] }],
      MRDiffusionSequence: [{ DiffusionBValue: 0 }],
    },
    { MREchoSequence: [{ EffectiveEchoTime: 90 }], MRAveragesSequence: [{ NumberOfAverages: 2 }] },
  ],
  BitsAllocated: 8, PixelData: new Uint8Array(200_000),
};

async function headerOf(path: string): Promise<Header> {
  const header = await readImageHeader(path);
  assert.ok(!('notDicom' in header), JSON.stringify(header));
  return header;
}

function assertEnhanced(header: Header, label: string): void {
  assert.equal(header.text('Modality'), 'MR', label);
  assert.deepEqual(header.numbers(ORIENTATION), [1, 0, 0, 0, 1, 0], `shared goes before the frame's, ${label}`);
  assert.deepEqual(header.numbers('RepetitionTime'), [7], `the top level goes before all, ${label}`);
  assert.deepEqual(header.numbers(EFFECTIVE_ECHO_TIME, 'FD'), [80], `of the first frame, ${label}`);
  assert.deepEqual(header.numbers('DiffusionBValue'), [0], label);
  assert.equal(header.text(DIRECTIONALITY), 'DIRECTIONAL', label);
  assert.equal(header.has(0x00180083), false, `not of the second frame, ${label}`);
  assert.equal(header.has(0x00189603), false, `not of deeper sequences, ${label}`);
  assert.equal(header.text('SeriesInstanceUID'), '1.2.3.1', label);
}

test('the attributes of functional groups stand beside those of the top level, however they are written', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'enhanced.dcm');
  for (const syntax of [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN]) {
    await writePart10(path, ENHANCED, syntax);
    assertEnhanced(await headerOf(path), syntax);
    const top = await readHeader(path);
    assert.ok(!('notDicom' in top) && !top.has(ORIENTATION));
  }
  if (!requirePeer(t, 'dcmconv')) return;
  for (const how of [['+te', '-e'], ['+te', '+e'], ['+ti', '-e'], ['+ti', '+e'], ['+tb', '-e'], ['+td', '+e']]) {
    const converted = join(folder, `${how.join('')}.dcm`);
    await runPeer('dcmconv', [...how, path, converted]);
    assertEnhanced(await headerOf(converted), how.join(' '));
  }
});

test('an object without functional groups is its header, and one that is no DICOM is refused', async (t) => {
  const path = join(await temporaryFolder(t), 'one.dcm');
  await writePart10(path, { ...ENHANCED, SharedFunctionalGroupsSequence: undefined, PerFrameFunctionalGroupsSequence: undefined });
  const header = await headerOf(path);
  assert.equal(header.has(ORIENTATION), false);
  assert.equal(header.text('Modality'), 'MR');
  await writeFile(path, 'no DICOM');
  assert.ok('notDicom' in await readImageHeader(path));
});

test('functional groups that are broken, endless or nested without end are left out, in time', async (t) => {
  const path = join(await temporaryFolder(t), 'broken.dcm');
  const uid = (text: string): Buffer => Buffer.from(text.padEnd(text.length + text.length % 2, '\0'));
  const front = Buffer.concat([
    encodeFileMeta({
      MediaStorageSOPClassUID: '1.2.840.10008.5.1.4.1.1.4.1', MediaStorageSOPInstanceUID: '1.2.3.1.1',
      TransferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    }),
    element(0x00080060, 'CS', 'MR'), element(0x0020000d, 'UI', uid('1.2.3')),
  ]);
  const open = (tag: number): Buffer => Buffer.concat([head(0xfffee000, '', 0xffffffff), head(tag, 'SQ', 0xffffffff)]);
  const shared = (content: Buffer): Buffer => Buffer.concat([head(0x52009229, 'SQ', content.length), content]);
  const broken: Readonly<Record<string, Buffer>> = {
    'an element for an item': shared(element(0x00200037, 'DS', '1\\0')),
    'an item longer than its sequence': shared(Buffer.concat([head(0xfffee000, '', 4000), element(0x00200037, 'DS', '1')])),
    'no end of items': shared(Buffer.concat(Array.from({ length: 150_000 }, () => head(0xfffee000, '', 0)))),
    'no end of depth': shared(Buffer.concat(Array.from({ length: 100 }, () => open(0x00209116)))),
  };
  for (const [name, bytes] of Object.entries(broken)) {
    await writeFile(path, Buffer.concat([front, bytes, element(0x7fe00010, 'OW', Buffer.alloc(100))]));
    const start = performance.now();
    const header = await headerOf(path);
    assert.deepEqual([header.text('Modality'), header.has(ORIENTATION)], ['MR', false], name);
    assert.ok(performance.now() - start < 5000, name);
  }
});
