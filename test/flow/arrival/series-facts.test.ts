import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writePart10, type Dataset } from '../../../src/dicom/write.ts';
import type { Job } from '../../../src/job/job.ts';
import { listDirectory } from '../../../src/spool/read.ts';
import { makeFlowStation, SERIES, STUDY, withCore, type FlowStation } from '../flow-station.ts';

const IMPLICIT = '1.2.840.10008.1.2';

function stationThatSelects(t: TestContext, select: string): Promise<FlowStation> {
  return makeFlowStation(t, withCore('true', { select }));
}

/** The series of every job that waits, as `study/series`. */
async function jobsOf(station: FlowStation): Promise<string[][]> {
  const ids = await listDirectory(station.layout.jobsIn('pending'));
  return Promise.all(ids.map(async (JobId) => {
    const { selected } = JSON.parse(await readFile(station.layout.jobFolder('pending', JobId).job, 'utf8')) as Job;
    return selected.map(({ SeriesInstanceUID }) => SeriesInstanceUID);
  }));
}

function ofStudy(study: string, PatientID: string, dataset: Dataset = {}): Dataset {
  return { StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, SOPInstanceUID: `${study}.1.1`, PatientID, ...dataset };
}

test('a number in binary is read where the data do not say that it is one', async (t) => {
  const station = await stationThatSelects(t, 'SELECT series WHERE EffectiveEchoTime > 50 AND (0x0028,0x0010) == 512');
  const path = await station.archive();
  await writePart10(path, {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.4', SOPInstanceUID: `${SERIES}.1`, StudyInstanceUID: STUDY,
    SeriesInstanceUID: SERIES, EffectiveEchoTime: 80.5, Rows: 512,
  }, IMPLICIT);
  await station.mark();
  await station.scan();
  assert.deepEqual(await jobsOf(station), [[SERIES]]);
});

test('a classification rule may use the names of the description of the series', async (t) => {
  const station = await stationThatSelects(t, 'SELECT series WHERE ClassifyType == "pair of Dr. No"');
  const rules = [
    ['NumFiles', '^2$'], ['NumImages', '^2$'], ['NumSlices', '^2$'], ['ReferringPhysician', '^No\\^'], ['Path', `/${SERIES}$`],
  ].map(([name, value]) => ({ tag: [name], value }));
  await writeFile(join(station.configuration.directory, 'classify_rules.json'),
    JSON.stringify([{ type: 'pair of Dr. No', check: 'SeriesLevel', rules }]));
  for (const number of [1, 2]) {
    await station.archive({ SOPInstanceUID: `${SERIES}.${number}`, ReferringPhysicianName: 'No^Julius' });
  }
  await station.archive({ SOPInstanceUID: '1.2.3.2.1', SeriesInstanceUID: '1.2.3.2', ReferringPhysicianName: 'No^Julius' });
  await station.mark();
  await station.scan();
  assert.deepEqual(await jobsOf(station), [[SERIES]]);
});

test('SELECT patient joins what came of the patient, at whichever study comes last', async (t) => {
  const station = await stationThatSelects(t, `SELECT patient FROM study
    WHERE series NAMED first HAS SeriesDescription == first ALSO WHERE series NAMED second HAS SeriesDescription == second`);
  await station.arrive(ofStudy('1.2.4', 'P1', { SeriesDescription: 'first' }));
  await station.arrive(ofStudy('1.2.5', 'P2', { SeriesDescription: 'second' }));
  assert.deepEqual(await jobsOf(station), []);
  await station.arrive(ofStudy('1.2.6', 'P1', { SeriesDescription: 'second' }));
  assert.deepEqual(await jobsOf(station), [['1.2.4.1', '1.2.6.1']]);
});

test('SELECT patient makes a job of each patient of a study that holds two', async (t) => {
  const station = await stationThatSelects(t, 'SELECT patient FROM study WHERE everything');
  await station.archive(ofStudy('1.2.4', 'P1'));
  await station.arrive(ofStudy('1.2.4', 'P2', { SeriesInstanceUID: '1.2.4.2', SOPInstanceUID: '1.2.4.2.1' }));
  assert.deepEqual((await jobsOf(station)).sort(), [['1.2.4.1'], ['1.2.4.2']]);
});

test('SELECT patient makes one job for an arrival, whatever else of the patient came in since an interrupted scan', async (t) => {
  const station = await stationThatSelects(t, 'SELECT patient FROM study WHERE everything');
  const at = new Date(Date.now() - 60_000);
  const first = { StudyInstanceUID: '1.2.4' };
  await station.archive(ofStudy('1.2.4', 'P1'));
  await station.mark(first, at);
  await station.scan();
  await station.arrive(ofStudy('1.2.5', 'P1'));
  await station.mark(first, at); // as if the first scan had not come to its end
  await station.scan();
  assert.deepEqual(await jobsOf(station), [['1.2.4.1'], ['1.2.4.1', '1.2.5.1']]);
});

test('SELECT project makes one job of all complete patients', async (t) => {
  const station = await stationThatSelects(t, `SELECT project FROM study
    WHERE series NAMED first HAS SeriesDescription == first ALSO WHERE series NAMED second HAS SeriesDescription == second
    CHECK first@PatientID == second@PatientID`);
  await station.arrive(ofStudy('1.2.4', 'P1', { SeriesDescription: 'first' }));
  await station.arrive(ofStudy('1.2.5', 'P2', { SeriesDescription: 'second' }));
  await station.arrive(ofStudy('1.2.7', 'P3', { SeriesDescription: 'first' }));
  assert.deepEqual(await jobsOf(station), []);
  await station.arrive(ofStudy('1.2.8', 'P3', { SeriesDescription: 'second' }));
  await station.arrive(ofStudy('1.2.6', 'P1', { SeriesDescription: 'second' }));
  assert.deepEqual(await jobsOf(station), [['1.2.7.1', '1.2.8.1'], ['1.2.4.1', '1.2.6.1', '1.2.7.1', '1.2.8.1']]);
});

test('a study that was cleaned away is no candidate', async (t) => {
  const station = await stationThatSelects(t, 'SELECT patient FROM study WHERE everything');
  await station.arrive(ofStudy('1.2.4', 'P1'));
  await rm(station.layout.archivedStudy('1.2.4'), { recursive: true });
  await station.arrive(ofStudy('1.2.5', 'P1'));
  assert.deepEqual((await jobsOf(station)).at(-1), ['1.2.5.1']);
});

test('an enhanced multi-frame object is asked by its functional groups, and has classes by them', async (t) => {
  const station = await stationThatSelects(t, 'SELECT series WHERE EffectiveEchoTime > 50 AND ClassifyType containing coronal');
  const path = await station.archive();
  await writePart10(path, {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.4.1', SOPInstanceUID: `${SERIES}.1`, StudyInstanceUID: STUDY,
    SeriesInstanceUID: SERIES, Modality: 'MR',
    SharedFunctionalGroupsSequence: [{ PlaneOrientationSequence: [{ ImageOrientationPatient: [1, 0, 0, 0, 0, -1] }] }],
    PerFrameFunctionalGroupsSequence: [{ MREchoSequence: [{ EffectiveEchoTime: 80 }] }],
  });
  await station.mark();
  await station.scan();
  assert.deepEqual(await jobsOf(station), [[SERIES]]);
});
