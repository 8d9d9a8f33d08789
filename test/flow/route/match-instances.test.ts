import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readHeader } from '../../../src/dicom/header.ts';
import { writePart10 } from '../../../src/dicom/write.ts';
import { matchInstances, type Filters, type Matchable } from '../../../src/flow/route/match-instances.ts';
import { requirePeer, temporaryFolder } from '../../rig/peers.ts';
import { runProgram } from '../../rig/station.ts';

const SEG = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', SOPInstanceUID: '1.2.3', StudyInstanceUID: '1.2', SeriesInstanceUID: '1.2.1',
  ImageType: ['DERIVED', 'PRIMARY', 'AXIAL'], Modality: 'SEG', SeriesDescription: 'Lesion 3 (auto)', SeriesNumber: 42,
};

async function instance(t: TestContext, dataset: object = {}): Promise<Matchable> {
  const file = join(await temporaryFolder(t), 'instance.dcm');
  await writePart10(file, { ...SEG, ...dataset });
  return read(file);
}

/** @param lines as dcmdump prints them */
async function instanceOfDump(t: TestContext, lines: readonly string[]): Promise<Matchable> {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'dump'), `${lines.join('\n')}\n`);
  const file = join(folder, 'instance.dcm');
  const made = await runProgram('dump2dcm', [join(folder, 'dump'), file]);
  assert.equal(made.status, 0, made.stderr);
  return read(file);
}

async function read(file: string): Promise<Matchable> {
  const header = await readHeader(file);
  assert.ok(!('notDicom' in header));
  return { file, header };
}

async function fits(one: Matchable, filter: Filters['filter'], exclude: Filters['exclude'] = []): Promise<boolean> {
  return (await matchInstances({ filter, exclude }, [one])).going.length === 1;
}

test('any entry may fit, and every key within one must', async (t) => {
  const one = await instance(t);
  assert.equal(await fits(one, []), true);
  assert.equal(await fits(one, [{}]), true);
  assert.equal(await fits(one, [{ Modality: 'SEG' }]), true);
  assert.equal(await fits(one, [{ Modality: 'SEG', SeriesDescription: '*(auto)' }]), true);
  assert.equal(await fits(one, [{ Modality: 'SEG', SeriesDescription: 'Liver*' }]), false);
  assert.equal(await fits(one, [{ Modality: 'SR' }, { SeriesDescription: 'Lesion ? *' }]), true);
  assert.equal(await fits(one, [{ Modality: 'SR' }, { Modality: 'CT' }]), false);
  assert.equal(await fits(one, [{ SeriesNumber: '42' }]), true);
});

test('what an entry of exclude fits does not go, whatever the filter says', async (t) => {
  const one = await instance(t);
  assert.equal(await fits(one, [], [{ Modality: 'SEG' }]), false);
  assert.equal(await fits(one, [{ Modality: 'SEG' }], [{ SeriesDescription: 'Lesion*' }]), false);
  assert.equal(await fits(one, [{ Modality: 'SEG' }], [{ Modality: 'SEG', SeriesNumber: '7' }]), true);
});

test('of several values one that fits is enough, unless one of them is meant', async (t) => {
  const one = await instance(t);
  assert.equal(await fits(one, [{ ImageType: 'AXIAL' }]), true);
  assert.equal(await fits(one, [{ ImageType: 'DERIVED*AXIAL' }]), false);
  assert.equal(await fits(one, [{ 'ImageType[2]': 'AXIAL' }]), true);
  assert.equal(await fits(one, [{ 'ImageType[0]': 'AXIAL' }]), false);
});

test('what an instance does not have is empty', async (t) => {
  const one = await instance(t);
  assert.equal(await fits(one, [{ BodyPartExamined: '' }]), true);
  assert.equal(await fits(one, [{ BodyPartExamined: '*' }]), true);
  assert.equal(await fits(one, [{ BodyPartExamined: '?*' }]), false);
  assert.equal(await fits(one, [{ 'RequestAttributesSequence.ScheduledProcedureStepID': '?*' }]), false);
});

test('elements within sequences and of private blocks can be asked for', async (t) => {
  if (!requirePeer(t, 'dump2dcm')) return;
  const nested = await instanceOfDump(t, [
    '(0008,0016) UI [1.2.840.10008.5.1.4.1.1.7]', '(0008,0018) UI [1.2.3]', '(0008,0060) CS [SEG]',
    '(0029,0010) LO [OTHER]', '(0029,0011) LO [DTS TEST]', '(0029,1001) LO [blue]', '(0029,1101) LO [red]',
    '(0040,0275) SQ', '(fffe,e000) -', '(0040,0009) SH [STEP1]', '(fffe,e00d) -',
    '(fffe,e000) -', '(0040,0009) SH [STEP2]', '(fffe,e00d) -', '(fffe,e0dd) -',
  ]);
  const step = 'RequestAttributesSequence.ScheduledProcedureStepID';
  assert.equal(await fits(nested, [{ [step]: 'STEP2' }]), true, 'any item will do');
  assert.equal(await fits(nested, [{ 'RequestAttributesSequence[1].ScheduledProcedureStepID': 'STEP2' }]), true);
  assert.equal(await fits(nested, [{ 'RequestAttributesSequence[0].ScheduledProcedureStepID': 'STEP2' }]), false);
  assert.equal(await fits(nested, [{ [step]: 'STEP3' }]), false);
  assert.equal(await fits(nested, [{ '(0008,0060)': 'SEG', [step]: 'STEP1' }]), true);
  assert.equal(await fits(nested, [{ '(0029,xx01,DTS TEST)': 'red*' }]), true);
  assert.equal(await fits(nested, [{ '(0029,xx01,OTHER)': 'red*' }]), false);
});

test('says for how many instances what decided, on which values', async (t) => {
  const seg = await instance(t);
  const [other, sr] = [await instance(t, { SeriesNumber: 7 }), await instance(t, { Modality: 'SR' })];
  const filter = [{ Modality: 'CT' }, { Modality: 'SEG', ImageType: 'AXIAL' }];
  const { going, matches } = await matchInstances({ filter, exclude: [{ SeriesNumber: '7' }] }, [seg, sr, other, seg]);
  assert.deepEqual(going, [seg, seg]);
  assert.deepEqual(matches, [
    { instances: 2, goes: true, ground: { ground: 'filter', entry: 2, seen: [
      { key: 'Modality', wanted: 'SEG', found: ['SEG'] },
      { key: 'ImageType', wanted: 'AXIAL', found: ['AXIAL', 'DERIVED', 'PRIMARY'] },
    ] } },
    { instances: 1, goes: false, ground: { ground: 'no-entry', seen: [
      { key: 'Modality', wanted: 'CT', found: ['SR'] }, { key: 'Modality', wanted: 'SEG', found: ['SR'] },
    ] } },
    { instances: 1, goes: false, ground: { ground: 'exclude', entry: 1, seen: [
      { key: 'SeriesNumber', wanted: '7', found: ['7'] },
    ] } },
  ]);
  assert.deepEqual((await matchInstances({ filter: [], exclude: [] }, [seg])).matches, [
    { instances: 1, goes: true, ground: { ground: 'unfiltered' } },
  ]);
});
