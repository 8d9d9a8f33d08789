import assert from 'node:assert/strict';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writePart10, type Dataset } from '../../../src/dicom/write.ts';
import { advanceOne } from '../../../src/flow/job/advance-next.ts';
import type { Failure } from '../../../src/job/failure.ts';
import type { JobFolder } from '../../../src/spool/layout.ts';
import { realObject, withoutRealObjects } from '../../dicom/real-objects.ts';
import { CT, makeFlowStation, SERIES, STUDY, withCore, type FlowStation } from '../flow-station.ts';

const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';
const ENHANCED_SR = '1.2.840.10008.5.1.4.1.1.88.22';
const GRAYSCALE_PRESENTATION = '1.2.840.10008.5.1.4.1.1.11.1';
const RT_STRUCTURE_SET = '1.2.840.10008.5.1.4.1.1.481.3';
const DETACHED_STUDY = '1.2.840.10008.3.1.2.3.1';
const INPUT = `${SERIES}.1`;
/** In the archive of the input's study, but not selected. */
const LOCALIZER = '1.2.3.7.1';
const PRIOR = '1.2.4';
const OF_NOBODY = '9.9.9';

const image = (ReferencedSOPInstanceUID: string): Dataset => ({ ReferencedSOPClassUID: CT, ReferencedSOPInstanceUID });

/** What each kind of object refers to an image by. */
const KINDS: Readonly<Record<string, { readonly SOPClassUID: string; refer(UID: string, study?: string): Dataset }>> = {
  'a segmentation': {
    SOPClassUID: SEGMENTATION,
    refer: (UID) => ({
      ReferencedSeriesSequence: [{ SeriesInstanceUID: SERIES, ReferencedInstanceSequence: [image(UID)] }],
      PerFrameFunctionalGroupsSequence: [{ DerivationImageSequence: [{ SourceImageSequence: [image(UID)] }] }],
    }),
  },
  'a structured report': {
    SOPClassUID: ENHANCED_SR,
    refer: (UID, StudyInstanceUID = STUDY) => ({
      CurrentRequestedProcedureEvidenceSequence: [{
        StudyInstanceUID,
        ReferencedSeriesSequence: [{ SeriesInstanceUID: SERIES, ReferencedSOPSequence: [image(UID)] }],
      }],
    }),
  },
  'a presentation state': {
    SOPClassUID: GRAYSCALE_PRESENTATION,
    refer: (UID) => ({
      ReferencedSeriesSequence: [{ SeriesInstanceUID: SERIES, ReferencedImageSequence: [image(UID)] }],
    }),
  },
  'a structure set': {
    SOPClassUID: RT_STRUCTURE_SET,
    refer: (UID) => ({
      ReferencedFrameOfReferenceSequence: [{
        FrameOfReferenceUID: '1.2.3.5',
        RTReferencedStudySequence: [{
          ReferencedSOPClassUID: DETACHED_STUDY, ReferencedSOPInstanceUID: STUDY,
          RTReferencedSeriesSequence: [{ SeriesInstanceUID: SERIES, ContourImageSequence: [image(UID)] }],
        }],
      }],
    }),
  },
};

/** A job whose core has just ended and put out an object that refers to these; and what is in the archive beside. */
async function makeJob(
  t: TestContext, outputs: object = {},
): Promise<{ station: FlowStation; JobId: string; folder: JobFolder }> {
  const select = 'SELECT series FROM study WHERE series NAMED "thorax" HAS SeriesDescription == "Thorax"';
  const station = await makeFlowStation(t, withCore('true', { select, outputs }));
  await station.archive({ SOPInstanceUID: LOCALIZER, SeriesInstanceUID: '1.2.3.7', SeriesDescription: 'Scout' });
  await station.archive({ StudyInstanceUID: PRIOR, SeriesInstanceUID: '1.2.4.1', SOPInstanceUID: '1.2.4.1.1' });
  await station.archive({
    StudyInstanceUID: PRIOR, SeriesInstanceUID: '1.2.4.1', SOPInstanceUID: '1.2.4.1.2', PatientID: 'P2',
  });
  const [JobId = ''] = await station.arrive({
    ReferencedImageSequence: [image('5.5.5')], // never sent to us
  });
  await station.advance(JobId, ['pending', 'staged', 'running']);
  return { station, JobId, folder: await station.folderOf(JobId) };
}

async function putOut(folder: JobFolder, name: string, elements: Dataset): Promise<void> {
  await writePart10(join(folder.output, name), {
    SOPInstanceUID: '1.2.3.9.1', StudyInstanceUID: STUDY, SeriesInstanceUID: '1.2.3.9', PatientID: 'P1', ...elements,
  });
}

async function judge({ station, JobId }: { station: FlowStation; JobId: string }): Promise<readonly Failure[]> {
  const advance = await advanceOne(station, JobId);
  return advance?.advance === 'failed' ? advance.failures : [];
}

for (const [kind, { SOPClassUID, refer }] of Object.entries(KINDS)) {
  test(`${kind} may refer to the input, and to nothing that is nowhere`, async (t) => {
    const good = await makeJob(t);
    await putOut(good.folder, 'a.dcm', { SOPClassUID, ...refer(INPUT) });
    assert.deepEqual(await judge(good), []);
    const lost = await makeJob(t);
    await putOut(lost.folder, 'a.dcm', { SOPClassUID, ...refer(OF_NOBODY) });
    const [failure, ...others] = await judge(lost);
    assert.deepEqual(others, []);
    assert.ok(failure?.reason === 'output-reference');
    assert.deepEqual([failure.file, failure.SOPInstanceUID, failure.others], ['a.dcm', OF_NOBODY, 0]);
    assert.match(failure.sequence, /^(Referenced|Source|Contour)\w+Sequence$/);
  });
}

test('what the study has, what the output has, and what the input refers to, may be referred to', async (t) => {
  const job = await makeJob(t);
  const { SOPClassUID, refer } = KINDS['a segmentation']!;
  for (const [index, UID] of [LOCALIZER, '1.2.3.9.1', '5.5.5'].entries()) {
    await putOut(job.folder, `${index}.dcm`, { SOPClassUID, SOPInstanceUID: `1.2.3.9.${index}`, ...refer(UID) });
  }
  assert.deepEqual(await judge(job), []);
});

test('another study may be referred to where the archive has it of the same patient', async (t) => {
  const { SOPClassUID, refer } = KINDS['a structured report']!;
  const lost: Readonly<Record<string, boolean>> = { '1.2.4.1.1': false, '1.2.4.1.2': true, '1.2.4.1.3': true };
  for (const [UID, isLost] of Object.entries(lost)) {
    const job = await makeJob(t);
    await putOut(job.folder, 'a.dcm', { SOPClassUID, ...refer(UID, PRIOR) });
    assert.deepEqual((await judge(job)).map(({ reason }) => reason), isLost ? ['output-reference'] : [], UID);
  }
});

test('a reference that is a path leads nowhere', async (t) => {
  const job = await makeJob(t);
  const { SOPClassUID, refer } = KINDS['a structured report']!;
  await putOut(job.folder, 'a.dcm', { SOPClassUID, ...refer('../../../etc/passwd', '..') });
  assert.deepEqual((await judge(job)).map(({ reason }) => reason), ['output-reference']);
});

test('many that are lost are one reason a file, which counts them', async (t) => {
  const job = await makeJob(t);
  const frames = Array.from({ length: 30 }, (_, frame) => ({
    DerivationImageSequence: [{ SourceImageSequence: [image(`${OF_NOBODY}.${frame % 10}`)] }],
  }));
  await putOut(job.folder, 'a.dcm', { SOPClassUID: SEGMENTATION, PerFrameFunctionalGroupsSequence: frames });
  assert.deepEqual(await judge(job), [{
    reason: 'output-reference', file: 'a.dcm', SOPInstanceUID: `${OF_NOBODY}.0`, sequence: 'SourceImageSequence',
    others: 9,
  }]);
});

test('where the core says so, references are not checked', async (t) => {
  const job = await makeJob(t, { references: 'any' });
  const { SOPClassUID, refer } = KINDS['a segmentation']!;
  await putOut(job.folder, 'a.dcm', { SOPClassUID, ...refer(OF_NOBODY) });
  assert.deepEqual(await judge(job), []);
});

test('sequences that cannot be followed to their end are told', async (t) => {
  const job = await makeJob(t);
  let nested: Dataset = image(INPUT);
  for (let depth = 0; depth < 70; depth += 1) nested = { ContentSequence: [nested] };
  await putOut(job.folder, 'a.dcm', { SOPClassUID: ENHANCED_SR, ...nested });
  const [failure] = await judge(job);
  assert.ok(failure?.reason === 'output-unreadable');
  assert.match(failure.text, /nests more than 64 deep/);
});

test('a real report of another study is told for all that it is', { skip: withoutRealObjects }, async (t) => {
  const job = await makeJob(t);
  await mkdir(dirname(job.folder.outputJson), { recursive: true });
  await copyFile(realObject('reportsi.dcm'), join(job.folder.output, 'report.dcm'));
  const reasons = (await judge(job)).map(({ reason }) => reason);
  assert.ok(reasons.includes('output-other-study'), `${reasons}`);
});
