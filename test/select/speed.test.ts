// What a large archive and a nasty statement may cost. The bounds are many times what they take, and far below what a
// search that is tried again and again, or a comparison of each with each, would.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectSeries } from '../../src/select/select-series.ts';
import type { SeriesFacts } from '../../src/select/series-facts.ts';
import { makeSeries } from './series.ts';
import { parsed } from './statements.ts';

const MOST_MILLISECONDS = 10_000;

/** Runs something that must not take long. */
function inTime<Result>(run: () => Result): Result {
  const start = performance.now();
  const result = run();
  const took = performance.now() - start;
  assert.ok(took < MOST_MILLISECONDS, `took ${took} ms`);
  return result;
}

function manySeries(count: number, ofStudy: (number: number) => string): SeriesFacts[] {
  return Array.from({ length: count }, (_, number) => makeSeries({
    StudyInstanceUID: ofStudy(number), SeriesInstanceUID: `1.2.3.${number}`, PatientID: `P${ofStudy(number)}`,
    NumImages: 1 + number % 7,
    fields: {
      Modality: number % 2 === 0 ? 'MR' : 'CT', SeriesDescription: `${'a'.repeat(64)}${number}`,
      FrameOfReferenceUID: `1.2.${Math.floor(number / 2)}`, ImageType: ['ORIGINAL', 'PRIMARY', `${number}`],
    },
  }));
}

test('a study of 2000 series is tried by patterns that stall other engines', () => {
  const nasty = ['(a+)+$', '^(a|aa|a?)+!$', '(a*)*b', '(.*a){20}!', '(?i)(x+x+)+y'];
  const conditions = nasty.map((pattern) => `SeriesDescription regexp "${pattern}"`).join(' OR ');
  const statement = parsed(`SELECT study WHERE series NAMED a HAS ${conditions}
    ALSO WHERE series NAMED b HAS (${conditions}) AND NumImages > 99 ALSO WHERE ${conditions} AND Modality == PT`);
  const selection = inTime(() => selectSeries(statement, manySeries(2000, () => '1.2'), '1.2'));
  assert.equal(selection.trials.length, 2000);
});

test('a project of 5000 studies of four series is put together, partner by partner', () => {
  const series = manySeries(20_000, (number) => `1.${Math.floor(number / 4)}`);
  const statement = parsed(`SELECT project WHERE series NAMED M HAS Modality == MR ALSO WHERE series NAMED C HAS Modality == CT
    CHECK M@FrameOfReferenceUID == C@FrameOfReferenceUID AND M@StudyInstanceUID == C@StudyInstanceUID`);
  const selection = inTime(() => selectSeries(statement, series, '1.1'));
  assert.ok(selection.kind === 'jobs');
  assert.deepEqual(selection.jobs.map((job) => job.length), [20_000]);
});

test('thousands of series that lose their partners one after the other are left out in time', () => {
  // Each series is the partner of the next; the last has none, so each round takes one.
  const series = Array.from({ length: 2000 }, (_, number) => makeSeries({
    SeriesInstanceUID: `1.2.3.${number}`,
    fields: { Modality: number % 2 === 0 ? 'MR' : 'CT', Rows: `${number}`, Columns: `${number + 1}` },
  }));
  const statement = parsed(`SELECT study WHERE series NAMED M HAS Modality == MR ALSO WHERE series NAMED C HAS Modality == CT
    CHECK M@Columns == C@Rows AND C@Columns == M@Rows`);
  const selection = inTime(() => selectSeries(statement, series, '1.2'));
  assert.ok(selection.kind === 'jobs');
  assert.deepEqual(selection.jobs, []);
});
