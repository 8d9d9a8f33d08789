import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { explainStudy, type Explanation } from '../../../src/flow/explain/explain-study.ts';
import type { Selection } from '../../../src/select/selection.ts';
import { makeFlowStation, SERIES, STUDY, withCore } from '../flow-station.ts';

/** Arrivals with the streams that matched, in one line each. */
const summary = ({ arrivals }: Explanation): string[] => arrivals.map(({ state, origin, streams }) =>
  `${state} ${origin.calledAETitle}: ${streams.map(({ stream, matched }) => `${stream} ${matched}`).join(', ')}`);

test('a study that nobody sent is not there', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  assert.deepEqual(await explainStudy(station, '1.9.9'),
    { StudyInstanceUID: '1.9.9', archived: false, unreadable: [], arrivals: [], jobs: [] });
});

test('a study is explained while it waits, and after it was seen to, with the job that it made', async (t) => {
  const station = await makeFlowStation(t, withCore('true', {}, {}, { timeout: 60 }));
  await station.archive();
  await station.mark();
  assert.deepEqual(summary(await explainStudy(station, STUDY)), ['waiting DTS: AI true']);
  station.aheadSeconds = 61;
  await station.scan();
  const explanation = await explainStudy(station, STUDY);
  assert.deepEqual(summary(explanation), ['wanted DTS: AI true']);
  assert.deepEqual(explanation.jobs.map(({ state }) => state), ['pending']);
  assert.equal(explanation.archived, true);
  assert.deepEqual(explanation.description?.series, [SERIES]);
});

test('of a stream that did not want it, the condition that decided and the value are told', async (t) => {
  const station = await makeFlowStation(t, withCore('true', {}, { trigger: { AETitleCalled: '^AICORE1$' } }));
  await station.arrive();
  const [arrival] = (await explainStudy(station, STUDY)).arrivals;
  assert.equal(arrival?.state, 'unwanted');
  assert.deepEqual(arrival?.streams[0]?.conditions.filter(({ holds }) => !holds), [
    { condition: 'AETitleCalled', wanted: '^AICORE1$', found: 'DTS', holds: false }]);
  assert.equal(arrival?.streams[0]?.selection, undefined);
});

test('every arrival of a study is told once, also one that came twice after a crash', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  const at = new Date('2026-01-20T08:15:30.250Z');
  await station.archive();
  for (let time = 0; time < 2; time += 1) {
    await station.mark({}, at);
    await station.scan();
  }
  await station.mark({ calledAETitle: 'OTHER' });
  assert.deepEqual(summary(await explainStudy(station, STUDY)), ['wanted DTS: AI true', 'waiting OTHER: AI true']);
});

test('the select statement is tried on every series of a study that is wanted', async (t) => {
  const select = 'Select series from study where series has Modality = MR';
  const station = await makeFlowStation(t, withCore('true', { select }));
  await station.archive({ SOPInstanceUID: '1.2.3.2.1', SeriesInstanceUID: '1.2.3.2', Modality: 'MR' });
  await station.arrive();
  const [arrival] = (await explainStudy(station, STUDY)).arrivals;
  const selection = arrival?.streams[0]?.selection;
  assert.ok(selection?.kind === 'jobs');
  assert.deepEqual(selection.jobs.map((job) => job.map(({ SeriesInstanceUID }) => SeriesInstanceUID)), [['1.2.3.2']]);
});

/** What a stream's statement makes of the study, in its only arrival. */
async function selectionIn(station: Awaited<ReturnType<typeof makeFlowStation>>, study = STUDY): Promise<Selection> {
  const [arrival] = (await explainStudy(station, study)).arrivals;
  const selection = arrival?.streams[0]?.selection;
  assert.ok(selection !== undefined);
  return selection;
}

test('the series of a study that is still arriving are explained, too', async (t) => {
  const station = await makeFlowStation(t, withCore('true', {}, {}, { timeout: 60 }));
  await station.archive();
  await station.mark();
  const selection = await selectionIn(station);
  assert.deepEqual(selection.trials.map(({ SeriesInstanceUID }) => SeriesInstanceUID), [SERIES]);
});

test('it is told where the instances of a series differ, and the first by InstanceNumber decides', async (t) => {
  const station = await makeFlowStation(t, withCore('true', { select: 'SELECT series WHERE EchoTime > 50' }));
  await station.archive({ InstanceNumber: 2, SOPInstanceUID: `${SERIES}.1`, EchoTime: 90 });
  await station.archive({ InstanceNumber: 1, SOPInstanceUID: `${SERIES}.2`, EchoTime: 30 });
  await station.mark();
  const [trial] = (await selectionIn(station)).trials;
  const [clause] = trial?.clauses ?? [];
  assert.ok(clause?.kind === 'where' && clause.result.kind === 'comparison');
  assert.deepEqual([clause.result.values, clause.result.varies, clause.holds], [['30'], true, false]);
  await station.scan();
  assert.deepEqual(station.eventsOf('nothing-selected').length, 1);
});

test('a statement that selects a patient is explained on all studies of the patient, and no others', async (t) => {
  const select = 'SELECT patient FROM study WHERE Modality == CT';
  const station = await makeFlowStation(t, withCore('true', { select }));
  for (const [study, PatientID] of [['1.2.4', 'P1'], ['1.2.5', 'P2'], ['1.2.6', ''], [STUDY, 'P1']]) {
    await station.arrive({
      StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, SOPInstanceUID: `${study}.1.1`, PatientID });
  }
  const selection = await selectionIn(station);
  assert.ok(selection.kind === 'jobs');
  assert.deepEqual(selection.jobs.map((job) => job.map(({ StudyInstanceUID }) => StudyInstanceUID)), [[STUDY, '1.2.4']]);
  const nobody = await selectionIn(station, '1.2.6');
  assert.ok(nobody.kind === 'jobs');
  assert.deepEqual(nobody.jobs.map((job) => job.map(({ StudyInstanceUID }) => StudyInstanceUID)), [['1.2.6']]);
});

test('a core that runs on each series is explained series by series', async (t) => {
  const stream = { 'trigger-study': [], 'trigger-series': [{ type: 'job' }] };
  const select = 'SELECT series FROM study WHERE Modality == MR';
  const station = await makeFlowStation(t, withCore('true', { select }, stream));
  await station.archive({ SOPInstanceUID: '1.2.3.2.1', SeriesInstanceUID: '1.2.3.2', Modality: 'MR' });
  await station.archive();
  await station.mark({ SeriesInstanceUID: '1.2.3.2' });
  await station.mark();
  await station.scan();
  const { arrivals: [arrival], jobs } = await explainStudy(station, STUDY);
  assert.equal(jobs.length, 1);
  assert.equal(arrival?.state, 'wanted');
  assert.equal(arrival?.streams[0]?.selection, undefined);
  const made = arrival?.streams[0]?.selectionsOfSeries?.map(({ SeriesInstanceUID, selection }) => {
    return [SeriesInstanceUID, selection.kind === 'jobs' && selection.jobs.length];
  });
  assert.deepEqual(made, [[SERIES, 0], ['1.2.3.2', 1]]);
});

test('of a job, the arrival that it was made for is explained and no other', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  const [first = ''] = await station.arrive();
  await station.archive({ SOPInstanceUID: `${SERIES}.2` });
  await station.mark({ calledAETitle: 'OTHER' });
  await station.scan();
  assert.equal((await explainStudy(station, STUDY)).arrivals.length, 2);
  const { arrivals, jobs } = await explainStudy(station, STUDY, first);
  assert.deepEqual(arrivals.map(({ origin }) => origin.calledAETitle), ['DTS']);
  assert.deepEqual(jobs.map(({ JobId }) => JobId), [first]);
});

test('an arrival that was set aside is told as such, with the file that cannot be read', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  const broken = await station.archive();
  await writeFile(broken, 'no image any more');
  await station.mark();
  assert.equal((await station.scan()).setAside, 1);
  const explanation = await explainStudy(station, STUDY);
  assert.deepEqual(summary(explanation), ['rejected DTS: AI true']);
  assert.deepEqual(explanation.unreadable.map(({ file }) => file), [broken]);
});

test('headers that a stream asks for, and what it expects, are explained before the study is complete', async (t) => {
  const stream = {
    trigger: { match: { SeriesDescription: 'Thorax' }, exclude: { Manufacturer: 'ACME' } },
    expect: { series: ['CT', 'PET'], instances: 2, within: 600 },
  };
  const select = `SELECT study FROM study WHERE series NAMED CT HAS Modality == CT
    ALSO WHERE series NAMED PET HAS Modality == PT`;
  const station = await makeFlowStation(t, withCore('true', { select }, stream));
  await station.archive({ Manufacturer: 'SIEMENS' });
  await station.mark();
  const [explained] = (await explainStudy(station, STUDY)).arrivals[0]?.streams ?? [];
  assert.equal(explained?.matched, true);
  assert.deepEqual(explained?.conditions.slice(-2).map(({ condition, holds }) => [condition, holds]),
    [['match', true], ['exclude', true]]);
  assert.deepEqual(explained?.missing, [
    { what: 'series', name: 'PET' }, { what: 'instances-of-study', found: 1, expected: 2 },
  ]);
  await station.archive({ Manufacturer: 'ACME', SOPInstanceUID: '1.2.3.2.1', SeriesInstanceUID: '1.2.3.2' });
  const [excluded] = (await explainStudy(station, STUDY)).arrivals[0]?.streams ?? [];
  assert.deepEqual([excluded?.matched, excluded?.missing, excluded?.selection], [false, undefined, undefined]);
});
