import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainStudy, type Explanation } from '../../src/flow/explain-study.ts';
import { makeFlowStation, SERIES, STUDY, withCore } from './flow-station.ts';

/** Arrivals with the streams that matched, in one line each. */
const summary = ({ arrivals }: Explanation): string[] => arrivals.map(({ state, origin, streams }) =>
  `${state} ${origin.calledAETitle}: ${streams.map(({ stream, matched }) => `${stream} ${matched}`).join(', ')}`);

test('a study that nobody sent is not there', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  assert.deepEqual(await explainStudy(station, '1.9.9'),
    { StudyInstanceUID: '1.9.9', archived: false, arrivals: [], jobs: [] });
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
