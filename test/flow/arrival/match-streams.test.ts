import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stream } from '../../../src/config/configuration.ts';
import { matchHeaders, matchStreams } from '../../../src/flow/arrival/match-streams.ts';
import type { SeriesFacts } from '../../../src/select/series-facts.ts';

const ARRIVAL = { callingAETitle: 'CT_ROOM 1', calledAETitle: 'AICORE1', address: '10.1.2.3' };

function makeStream(name: string, trigger: Partial<Stream['trigger']>, enabled = true): Stream {
  return {
    name, enabled, description: '', priority: 'normal', cores: [], studyActions: [], seriesActions: [], destinations: [], steering: [],
    onIncomplete: 'proceed', lateArrivals: 'new-job', relay: 'when-complete',
    trigger: { AETitleCalled: '.*', AETitleCaller: '.*', CallerIP: [], match: [], exclude: [], ...trigger },
  };
}

const matches = (trigger: Partial<Stream['trigger']>): boolean | undefined =>
  matchStreams([makeStream('S', trigger)], ARRIVAL)[0]?.matched;

test('a pattern is tried from the start of the title, not to its end', () => {
  assert.equal(matches({ AETitleCalled: 'AICORE' }), true);
  assert.equal(matches({ AETitleCalled: '^AICORE1$' }), true);
  assert.equal(matches({ AETitleCalled: 'CORE' }), false);
  assert.equal(matches({ AETitleCalled: '.*CORE' }), true);
  assert.equal(matches({ AETitleCalled: 'aicore' }), false);
  assert.equal(matches({ AETitleCalled: 'PACS|CORE' }), false);
  assert.equal(matches({ AETitleCalled: '' }), true);
});

test('called and calling title must both fit', () => {
  assert.equal(matches({ AETitleCalled: 'AI', AETitleCaller: 'CT_ROOM \\d$' }), true);
  assert.equal(matches({ AETitleCalled: 'AI', AETitleCaller: 'MR' }), false);
  assert.equal(matches({ AETitleCalled: 'MR', AETitleCaller: 'CT' }), false);
});

test('streams come back in the order of the configuration, each with every condition and how it came out', () => {
  const streams = [makeStream('B', { AETitleCaller: 'MR' }), makeStream('A', {}, false), makeStream('C', {})];
  const found = matchStreams(streams, ARRIVAL);
  const outcomes = found.map(({ stream, matched }) => [stream.name, matched]);
  assert.deepEqual(outcomes, [['B', false], ['A', false], ['C', true]]);
  assert.deepEqual(found[0]?.conditions, [
    { condition: 'enabled', wanted: 'true', found: 'true', holds: true },
    { condition: 'AETitleCalled', wanted: '.*', found: 'AICORE1', holds: true },
    { condition: 'AETitleCaller', wanted: 'MR', found: 'CT_ROOM 1', holds: false },
  ]);
  assert.equal(found[1]?.conditions[0]?.holds, false);
});

test('a pattern that does not compile wants nothing', () => {
  assert.equal(matches({ AETitleCalled: '(' }), false);
});

test('titles full of odd characters are only ever text', () => {
  const odd = { callingAETitle: '.*', calledAETitle: 'A\nICORE1', address: '10.0.0.1' };
  assert.equal(matchStreams([makeStream('S', { AETitleCaller: 'CT' })], odd)[0]?.matched, false);
  assert.equal(matchStreams([makeStream('S', { AETitleCalled: 'AICORE1' })], odd)[0]?.matched, false);
});

/** Facts of a series with these values. */
function seriesWith(values: Readonly<Record<string, readonly string[]>>, SeriesInstanceUID = '1.2.3.1'): SeriesFacts {
  return {
    StudyInstanceUID: '1.2.3', SeriesInstanceUID, PatientID: 'P', NumImages: 1, ClassifyTypes: [], Path: '',
    value: (field) => values[String(field)] ?? [],
  };
}

/** How the headers of these series come out: `match true, exclude false`. */
function headers(trigger: Partial<Stream['trigger']>, ...series: SeriesFacts[]): string {
  return matchHeaders(makeStream('S', trigger), series).map(({ condition, holds }) => `${condition} ${holds}`).join(', ');
}

test('a caller is told by its address, where addresses are named', () => {
  assert.equal(matches({ CallerIP: ['10.1.0.0/16'] }), true);
  assert.equal(matches({ CallerIP: ['10.2.0.0/16', '10.1.2.3'] }), true);
  assert.equal(matches({ CallerIP: ['10.2.0.0/16', 'fe80::/10'] }), false);
  const [found] = matchStreams([makeStream('S', { CallerIP: ['fe80::/10', '10.2.0.0/16'] })], ARRIVAL);
  assert.deepEqual(found?.conditions.at(-1),
    { condition: 'CallerIP', wanted: 'fe80::/10, 10.2.0.0/16', found: '10.1.2.3', holds: false });
});

test('headers match where one series fits all keywords of any entry', () => {
  const head = seriesWith({ Modality: ['CT'], BodyPartExamined: ['HEAD'] });
  const chest = seriesWith({ Modality: ['MR'], BodyPartExamined: ['CHEST'] }, '1.2.3.2');
  assert.equal(headers({ match: [{ Modality: 'CT', BodyPartExamined: 'HEAD' }] }, head, chest), 'match true');
  assert.equal(headers({ match: [{ Modality: 'MR', BodyPartExamined: 'HEAD' }] }, head, chest), 'match false');
  assert.equal(headers({ match: [{ Modality: 'US' }, { BodyPartExamined: 'CHE' }] }, head, chest), 'match true');
  assert.equal(headers({}, head, chest), '');
});

test('a pattern is searched in each value of an element; one without value fits nothing', () => {
  const series = seriesWith({ ImageType: ['DERIVED', 'PRIMARY', 'M_SE'], StudyDescription: [''] });
  assert.equal(headers({ match: [{ ImageType: '^PRIM' }] }, series), 'match true');
  assert.equal(headers({ match: [{ ImageType: 'D.*Y' }] }, series), 'match false');
  assert.equal(headers({ match: [{ ImageType: '(?i)m_se\\Z' }] }, series), 'match true');
  assert.equal(headers({ match: [{ StudyDescription: '' }] }, series), 'match false');
  assert.equal(headers({ exclude: [{ PatientComments: '.*' }] }, series), 'exclude true');
});

test('what is excluded is not wanted, whatever it matches, and by which series it is told', () => {
  const [match, exclude] = matchHeaders(makeStream('S', {
    match: [{ Modality: 'CT' }], exclude: [{ BodyPartExamined: 'PHANTOM' }, { Modality: 'CT', SeriesNumber: '^9$' }],
  }), [seriesWith({ Modality: ['CT'], SeriesNumber: ['1'] }), seriesWith({ Modality: ['CT'], SeriesNumber: ['9'] }, '1.2.3.9')]);
  assert.deepEqual(match, { condition: 'match', wanted: 'Modality CT', found: 'series 1.2.3.1: Modality CT', holds: true });
  assert.deepEqual(exclude, { condition: 'exclude', wanted: 'Modality CT and SeriesNumber ^9$',
    found: 'series 1.2.3.9: Modality CT; SeriesNumber 9', holds: false });
});

test('where nothing fits, every value that was tried is told once', () => {
  const series = ['CT', 'CT', 'OT'].map((Modality, index) => seriesWith({ Modality: [Modality] }, `1.2.3.${index}`));
  const [match] = matchHeaders(makeStream('S', { match: [{ Modality: 'MR' }, { BodyPartExamined: 'HEAD' }] }), series);
  assert.deepEqual(match, { condition: 'match', wanted: 'Modality MR or BodyPartExamined HEAD',
    found: 'Modality CT, OT; BodyPartExamined (none)', holds: false });
});
