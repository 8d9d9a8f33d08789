import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readReferences, type InstanceReference } from '../../src/dicom/references.ts';
import { encodeFileMeta } from '../../src/dicom/file-meta.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from '../../src/dicom/transfer-syntaxes.ts';
import { writePart10, type Dataset } from '../../src/dicom/write.ts';
import { requirePeer, runPeer, temporaryFolder } from '../rig/peers.ts';
import { makeRandom } from '../rig/random.ts';
import { element, head, item, UNDEFINED_LENGTH } from './encode.ts';
import { realObjects, withoutDCMTK } from './real-objects.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';
const image = (SOPInstanceUID: string): Dataset => ({
  ReferencedSOPClassUID: CT, ReferencedSOPInstanceUID: SOPInstanceUID,
});

/** Frames of a segmentation, a report's evidence with a prior, an image within a content item; pixels behind them. */
const EVERYTHING: Dataset = {
  SOPClassUID: SEGMENTATION, SOPInstanceUID: '1.2.3.9.1', StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.9',
  ReferencedSeriesSequence: [{ ReferencedInstanceSequence: [image('1.1'), image('1.2')] }],
  CurrentRequestedProcedureEvidenceSequence: [
    { StudyInstanceUID: '1.2.3', ReferencedSeriesSequence: [{ ReferencedSOPSequence: [image('1.3')] }] },
    { StudyInstanceUID: '7.7', ReferencedSeriesSequence: [{ ReferencedSOPSequence: [image('7.1')] }] },
  ],
  ContentSequence: [{ ContentSequence: [{ ValueType: 'IMAGE', ReferencedSOPSequence: [image('1.4')] }] }],
  PerFrameFunctionalGroupsSequence: [{
    DerivationImageSequence: [{ SourceImageSequence: [image('1.5')], DerivationCodeSequence: [] }],
  }, {}],
  BitsAllocated: 8, PixelData: new Uint8Array(200_000),
};
const EXPECTED = [
  '1.1 undefined', '1.2 undefined', '1.4 undefined', '1.3 1.2.3', '7.1 7.7', '1.5 undefined',
].sort();

const told = (references: readonly InstanceReference[]): string[] =>
  references.map(({ SOPInstanceUID, StudyInstanceUID }) => `${SOPInstanceUID} ${StudyInstanceUID}`).sort();

async function referencesOf(path: string): Promise<readonly InstanceReference[]> {
  const references = await readReferences(path);
  assert.ok(!('notDicom' in references), JSON.stringify(references));
  return references;
}

test('references are found at every depth, with the study that an item around them names', async (t) => {
  const path = join(await temporaryFolder(t), 'all.dcm');
  for (const syntax of [undefined, IMPLICIT_VR_LITTLE_ENDIAN]) {
    await writePart10(path, EVERYTHING, syntax);
    const references = await referencesOf(path);
    assert.deepEqual(told(references), EXPECTED);
    assert.ok(references.every(({ SOPClassUID }) => SOPClassUID === CT));
    assert.equal(references.find(({ SOPInstanceUID }) => SOPInstanceUID === '1.5')?.sequence, 0x00082112);
  }
});

test('they are found however DCMTK writes the sequences', async (t) => {
  if (!requirePeer(t, 'dcmconv')) return;
  const folder = await temporaryFolder(t);
  await writePart10(join(folder, 'all.dcm'), EVERYTHING);
  for (const option of ['+ti', '+te', '+tb', '+td', '-e', '+e']) {
    const path = join(folder, `all${option}.dcm`);
    const { exitCode, output } = await runPeer('dcmconv', [option, join(folder, 'all.dcm'), path]);
    assert.equal(exitCode, 0, output);
    assert.deepEqual(told(await referencesOf(path)), EXPECTED, option);
  }
});

test('real objects give what dcmdump finds in them', { skip: withoutDCMTK }, async () => {
  let found = 0;
  for (const path of realObjects()) {
    const references = await readReferences(path);
    if ('notDicom' in references) continue;
    const { output } = await runPeer('dcmdump', ['+s', '+P', '0008,1155', path]);
    const dumped = [...output.matchAll(/\(0008,1155\) UI \[([\d.]+)\]/g)].map(([, UID = '']) => UID);
    assert.deepEqual(references.map(({ SOPInstanceUID }) => SOPInstanceUID).sort(), dumped.sort(), path);
    found += dumped.length;
  }
  assert.ok(found > 3, `only ${found} references`);
});

const ITEM_TAG = 0xfffee000;

/** A file with a dataset of bytes, explicit VR little endian. */
const part10 = (dataset: Buffer): Buffer => Buffer.concat([encodeFileMeta({
  MediaStorageSOPClassUID: CT, MediaStorageSOPInstanceUID: '1.2', TransferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
}), dataset]);

test('a value of VR UN is looked into as implicit VR little endian', async (t) => {
  const path = join(await temporaryFolder(t), 'unknown.dcm');
  const uid = element(0x00081155, 'UI', '1.1\0', 'implicit');
  const inside = Buffer.concat([head(ITEM_TAG, '', uid.length, 'implicit'), uid]);
  await writeFile(path, part10(element(0x00081115, 'UN', inside)));
  assert.deepEqual(told(await referencesOf(path)), ['1.1 undefined']);
});

test('what does not end where it should is told, and so is what is nested without end', async (t) => {
  const path = join(await temporaryFolder(t), 'hostile.dcm');
  const uid = element(0x00081155, 'UI', '1.1\0');
  const open = Buffer.concat([head(0x00081115, 'SQ', UNDEFINED_LENGTH), head(ITEM_TAG, '', UNDEFINED_LENGTH)]);
  const hostile: Readonly<Record<string, [Buffer, RegExp]>> = {
    'longer than its item': [element(0x00081115, 'SQ', Buffer.concat([item(4), uid])), /beyond the end/],
    'cut off': [Buffer.concat([head(0x00081115, 'SQ', 1000), item(UNDEFINED_LENGTH), uid]), /ends within or after/],
    'an element for an item': [element(0x00081115, 'SQ', uid), /\(0008,1155\) where an item should be/],
    'nested': [Buffer.concat(Array.from({ length: 100 }, () => open)), /nests more than 64 deep/],
  };
  for (const [what, [dataset, why]] of Object.entries(hostile)) {
    await writeFile(path, part10(dataset));
    const references = await readReferences(path);
    assert.ok('notDicom' in references, what);
    assert.match(references.notDicom, why, what);
  }
});

test('millions of elements end the search, within seconds and without taking the memory', async (t) => {
  const path = join(await temporaryFolder(t), 'many.dcm');
  const empty = element(0x00080050, 'SH', '');
  const items = Buffer.concat(Array.from({ length: 5_100_000 }, () => empty));
  await writeFile(path, part10(Buffer.concat([head(0x00081115, 'SQ', items.length + 8), item(items.length), items])));
  const references = await readReferences(path);
  assert.ok('notDicom' in references);
  assert.match(references.notDicom, /more than 5000000 elements/);
});

test('whatever is changed in a file, it is read or refused', async (t) => {
  const folder = await temporaryFolder(t);
  await writePart10(join(folder, 'all.dcm'), { ...EVERYTHING, PixelData: new Uint8Array(10) });
  const good = await readFile(join(folder, 'all.dcm'));
  const next = makeRandom(4711);
  const random = (below: number): number => Math.floor(next() * below);
  const path = join(folder, 'changed.dcm');
  const ends = { read: 0, refused: 0 };
  for (let time = 0; time < 1500; time += 1) {
    const changed = Buffer.from(good);
    for (let change = 0; change < 3; change += 1) {
      changed[300 + random(good.length - 300)] = random(256);
    }
    await writeFile(path, changed.subarray(0, changed.length - (time % 2 === 0 ? 0 : random(600))));
    ends['notDicom' in await readReferences(path) ? 'refused' : 'read'] += 1;
  }
  assert.ok(ends.read > 50 && ends.refused > 50, JSON.stringify(ends));
});
