import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expectation } from '../../../src/config/arrival-policy.ts';
import { findMissing } from '../../../src/flow/arrival/find-missing.ts';
import { missingText } from '../../../src/job/missing.ts';
import { parseStatement } from '../../../src/select/parse-statement.ts';
import type { SeriesFacts } from '../../../src/select/series-facts.ts';

const NAMED = 'SELECT study WHERE series NAMED "T1" HAS Modality == MR AND SeriesDescription == T1 '
  + 'ALSO WHERE series NAMED "CT" HAS Modality == CT';

type Values = Readonly<Record<string, string>>;

function makeSeries(NumImages: number, values: Values, SeriesInstanceUID = '1.2.3.1'): SeriesFacts {
  return {
    StudyInstanceUID: '1.2.3', SeriesInstanceUID, PatientID: 'P', NumImages, ClassifyTypes: [], Path: '',
    value: (field) => (values[String(field)] === undefined ? [] : [values[String(field)]!]),
  };
}

const t1 = (count: number, more: Values = {}): SeriesFacts => makeSeries(count, { Modality: 'MR', SeriesDescription: 'T1', ...more });
const ct = (count: number, more: Values = {}): SeriesFacts => makeSeries(count, { Modality: 'CT', ...more }, '1.2.3.2');

/** What is missing, in words. */
function missing(expect: Partial<Expectation>, series: readonly SeriesFacts[], select = NAMED): string {
  const statement = parseStatement(select);
  assert.ok(!Array.isArray(statement));
  return missingText(findMissing({ series: [], withinSeconds: 0, ...expect }, statement, series));
}

test('each name needs a series', () => {
  assert.equal(missing({ series: ['T1', 'CT'] }, []), 'no series T1, no series CT');
  assert.equal(missing({ series: ['T1', 'CT'] }, [ct(1)]), 'no series T1');
  assert.equal(missing({ series: ['T1', 'CT'] }, [t1(1), ct(1)]), '');
});

test('a number for the study counts all of its instances', () => {
  assert.equal(missing({ instances: 5 }, [t1(2), ct(2)]), '4 of 5 instances');
  assert.equal(missing({ instances: 5 }, [t1(2), ct(3)]), '');
});

test('a number for a name is that of its fullest series: two halves are no whole', () => {
  assert.equal(missing({ instances: { T1: 10 } }, [t1(5), t1(5)]), '5 of 10 instances of T1');
  assert.equal(missing({ instances: { T1: 10 } }, [t1(5), t1(12)]), '');
  assert.equal(missing({ instances: { T1: 10 } }, []), '0 of 10 instances of T1');
  assert.equal(missing({ series: ['T1'], instances: { T1: 10 } }, []), 'no series T1', 'which is said once');
});

test('headers tell of the series that are selected, of the series before the acquisition', () => {
  const counts = { ImagesInAcquisition: '8', NumberOfSeriesRelatedInstances: '4' };
  assert.equal(missing({ instances: 'header' }, [t1(3, counts)]), '3 of 4 instances of series 1.2.3.1');
  assert.equal(missing({ instances: 'header' }, [t1(4, counts)]), '');
  assert.equal(missing({ instances: 'header' }, [ct(3, { ImagesInAcquisition: '8' })]), '3 of 8 instances of series 1.2.3.2');
  const localizer = makeSeries(1, { Modality: 'MR', SeriesDescription: 'LOC', ImagesInAcquisition: '3' });
  assert.equal(missing({ instances: 'header' }, [t1(4), localizer]), '');
});

test('headers that say how large the study is are believed, the largest of them', () => {
  const series = [t1(2, { NumberOfStudyRelatedInstances: '3' }), ct(2, { NumberOfStudyRelatedInstances: ' 5 ' })];
  assert.equal(missing({ instances: 'header' }, series), '4 of 5 instances');
});

test('headers that say nothing, or no number, expect nothing', () => {
  for (const text of ['', 'many', '-4', '4.5', '1e3']) {
    assert.equal(missing({ instances: 'header' }, [t1(1, { ImagesInAcquisition: text })]), '', text);
  }
});

test('without a statement of its own a stream takes all series', () => {
  assert.equal(missing({ instances: 'header' }, [ct(1, { ImagesInAcquisition: '2' })], ''), '1 of 2 instances of series 1.2.3.2');
});
