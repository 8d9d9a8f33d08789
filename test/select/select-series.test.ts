import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Selection } from '../../src/select/selection.ts';
import { selectSeries } from '../../src/select/select-series.ts';
import type { SeriesFacts } from '../../src/select/series-facts.ts';
import { makeSeries } from './series.ts';
import { parsed } from './statements.ts';

/** Series written as `patient/study/series:instances=class`, for short. */
function archive(...lines: string[]): SeriesFacts[] {
  return lines.map((line) => {
    const [, PatientID = '', study, series, instances, type] = /^(.*)\/(.+)\/(.+):(\d+)=(.*)$/.exec(line) ?? [];
    return makeSeries({
      PatientID,
      StudyInstanceUID: study ?? '',
      SeriesInstanceUID: series ?? '',
      NumImages: Number(instances),
      ClassifyTypes: [type ?? ''],
      fields: {
        SeriesDescription: type ?? '',
        StudyDate: `date of ${study ?? ''}`,
        BodyPartExamined: (series ?? '').slice(-1),
      },
    });
  });
}

function jobsOf(selection: Selection): string[] {
  assert.equal(selection.kind, 'jobs');
  return selection.kind !== 'jobs' ? [] : selection.jobs.map((job) => {
    return job.map(({ SeriesInstanceUID, NameFromSelect }) => `${NameFromSelect}:${SeriesInstanceUID}`).join(' ');
  });
}

function omissionsOf(selection: Selection): string[] {
  return selection.kind !== 'jobs' ? [] : selection.omissions.map((omission) => {
    if (omission.reason === 'no-partner') return `no partner ${omission.SeriesInstanceUID}`;
    const { group, clauses, afterCheck } = omission;
    return `${group} lacks ${clauses.map(({ name }) => name).join()}${afterCheck ? ' after check' : ''}`;
  });
}

const pair = `FROM study WHERE series NAMED T1 HAS ClassifyType containing T1
  ALSO WHERE series NAMED T2 HAS ClassifyType containing T2`;

test('SELECT series makes one job for each series that matches, most instances first, then by UID', () => {
  const all = archive('P/1/1.3:10=T1', 'P/1/1.1:10=T1', 'P/1/1.2:99=T2', 'P/1/1.4:5=PD', 'P/2/2.1:7=T1');
  assert.deepEqual(jobsOf(selectSeries(parsed(`SELECT series ${pair}`), all, '1')), ['T2:1.2', 'T1:1.1', 'T1:1.3']);
});

test('SELECT study takes all matching series of the study that arrived when every WHERE has one', () => {
  const all = archive('P/1/1.1:10=T1', 'P/1/1.2:99=T2', 'P/1/1.3:20=T1', 'P/1/1.4:5=PD', 'P/2/2.1:7=T1');
  assert.deepEqual(jobsOf(selectSeries(parsed(`SELECT study ${pair}`), all, '1')), ['T2:1.2 T1:1.3 T1:1.1']);
});

test('SELECT study makes no job where a WHERE has none, and says which', () => {
  const selection = selectSeries(parsed(`SELECT study ${pair}`), archive('P/1/1.1:10=T1', 'P/2/2.1:1=T2'), '1');
  assert.deepEqual(jobsOf(selection), []);
  assert.deepEqual(omissionsOf(selection), ['study 1 lacks T2']);
});

test('SELECT patient joins the studies of the PatientID of the study that arrived', () => {
  const all = archive('P/1/1.1:10=T1', 'P/2/2.1:7=T2', 'Q/3/3.1:7=T2');
  assert.deepEqual(jobsOf(selectSeries(parsed(`SELECT patient ${pair}`), all, '1')), ['T1:1.1 T2:2.1']);
  const other = selectSeries(parsed(`SELECT patient ${pair}`), all, '3');
  assert.deepEqual([jobsOf(other), omissionsOf(other)], [[], ['patient Q lacks T1']]);
});

test('SELECT patient never joins studies without PatientID', () => {
  const all = archive('/1/1.1:10=T1', '/2/2.1:7=T2');
  assert.deepEqual(omissionsOf(selectSeries(parsed(`SELECT patient ${pair}`), all, '1')), ['study 1 lacks T2']);
  assert.deepEqual(omissionsOf(selectSeries(parsed(`SELECT project ${pair}`), all, '1')), [
    'study 1 lacks T2', 'study 2 lacks T1',
  ]);
});

test('SELECT project makes one job with the series of every complete patient', () => {
  const all = archive('P/1/1.1:10=T1', 'P/2/2.1:7=T2', 'Q/3/3.1:99=T2', 'R/4/4.1:1=T1', 'R/4/4.2:500=T2');
  const selection = selectSeries(parsed(`SELECT project ${pair}`), all, '1');
  assert.deepEqual(jobsOf(selection), ['T2:4.2 T1:1.1 T2:2.1 T1:4.1']);
  assert.deepEqual(omissionsOf(selection), ['patient Q lacks T1']);
});

test('makes no job at all where a series matches two WHERE, and names the series and both', () => {
  const statement = parsed(`SELECT series FROM study WHERE series NAMED few HAS NumImages < 20
    ALSO WHERE series HAS ClassifyType containing T1 ALSO WHERE NumImages > 20`);
  const selection = selectSeries(statement, archive('P/1/1.1:10=T1', 'P/1/1.2:30=T2'), '1');
  assert.ok(selection.kind === 'ambiguous');
  assert.deepEqual(selection.ambiguities, [{
    StudyInstanceUID: '1',
    SeriesInstanceUID: '1.1',
    clauses: [{ number: 1, name: 'few' }, { number: 2, name: 'no-name' }],
  }]);
  assert.equal(selection.trials.length, 2);
});

test('does not look at other studies for an ambiguity', () => {
  const statement = parsed('SELECT study WHERE NumImages < 20 ALSO WHERE ClassifyType containing T2');
  const all = archive('P/1/1.1:10=T1', 'P/1/1.2:30=T2', 'P/2/2.1:1=T2');
  assert.deepEqual(jobsOf(selectSeries(statement, all, '1')), ['no-name:1.2 no-name:1.1']);
  assert.equal(selectSeries(statement, all, '2').kind, 'ambiguous');
});

test('CHECK keeps the series that have a partner, both ways round', () => {
  const all = archive('P/1/1.1:10=T1', 'P/2/2.1:9=T1', 'P/2/2.2:8=T2', 'P/3/3.1:7=T2');
  const statement = parsed(`SELECT patient ${pair} CHECK T1@StudyInstanceUID == T2@StudyInstanceUID`);
  const selection = selectSeries(statement, all, '1');
  assert.deepEqual(jobsOf(selection), ['T1:2.1 T2:2.2']);
  assert.deepEqual(omissionsOf(selection), ['no partner 1.1', 'no partner 3.1']);
});

test('CHECK drops the job that it leaves without a series for some WHERE', () => {
  const all = archive('P/1/1.1:10=T1', 'P/2/2.1:9=T2');
  const selection = selectSeries(parsed(`SELECT patient ${pair} CHECK T1@StudyDate == T2@StudyDate`), all, '1');
  assert.deepEqual(jobsOf(selection), []);
  assert.deepEqual(omissionsOf(selection), ['no partner 1.1', 'no partner 2.1', 'patient P lacks T1,T2 after check']);
});

test('CHECK leaves series of other names alone, and takes an absent value for no match', () => {
  const all = archive('P/1/1.1:10=T1', 'P/1/1.2:9=T2', 'P/1/1.3:8=PD');
  const statement = `SELECT study ${pair} ALSO WHERE series NAMED PD HAS ClassifyType containing PD`;
  const kept = selectSeries(parsed(`${statement} CHECK T1@StudyDate == T2@StudyDate`), all, '1');
  assert.deepEqual(jobsOf(kept), ['T1:1.1 T2:1.2 PD:1.3']);
  const dropped = selectSeries(parsed(`${statement} CHECK T1@EchoTime == T2@EchoTime`), all, '1');
  assert.deepEqual(jobsOf(dropped), []);
});

test('CHECK is repeated until each series that stays has partners that stay', () => {
  const statement = parsed(`SELECT patient ${pair} ALSO WHERE series NAMED PD HAS ClassifyType containing PD
    CHECK T1@StudyDate == T2@StudyDate AND T2@StudyDate == PD@StudyDate`);
  const all = archive('P/1/1.1:9=T1', 'P/1/1.2:8=T2', 'P/2/2.1:7=T1', 'P/2/2.2:6=T2', 'P/2/2.3:5=PD');
  assert.deepEqual(jobsOf(selectSeries(statement, all, '1')), ['T1:2.1 T2:2.2 PD:2.3']);
});

test('CHECK of SELECT series looks for partners in the study', () => {
  const all = archive('P/1/1.7:10=T1', 'P/1/2.7:9=T2', 'P/1/1.8:8=T1');
  const statement = parsed(`SELECT series ${pair} CHECK T1@BodyPartExamined == T2@BodyPartExamined`);
  assert.deepEqual(jobsOf(selectSeries(statement, all, '1')), ['T1:1.7', 'T2:2.7']);
});

test('the short form makes one job for each series whose line matches', () => {
  const all = archive('P/1/1.1:10=T1', 'P/1/1.2:99=T2', 'P/2/2.1:7=T1');
  const statement = parsed('SeriesDescription: T1, NumImages: 10, .*ClassifyType: T1$');
  assert.deepEqual(jobsOf(selectSeries(statement, all, '1')), ['no-name:1.1']);
  const [trial] = selectSeries(parsed('x'), all, '2').trials;
  assert.ok(trial?.clauses[0]?.kind === 'glob');
  assert.equal(trial.clauses[0].line, [
    'StudyInstanceUID: 2', 'SeriesInstanceUID: 2.1', 'SeriesDescription: T1', 'NumImages: 7', 'SeriesNumber: ',
    'SequenceName: ', 'Modality: ', 'Manufacturer: ', 'ManufacturerModelName: ', 'StudyDescription: ',
    'ClassifyType: T1',
  ].join(', '));
});

test('an empty select takes the whole study, and an unknown study makes nothing', () => {
  const all = archive('P/1/1.1:10=T1', 'P/1/1.2:99=T2');
  assert.deepEqual(jobsOf(selectSeries(parsed(''), all, '1')), ['no-name:1.2 no-name:1.1']);
  assert.deepEqual(jobsOf(selectSeries(parsed(''), all, '9')), []);
});

test('does not depend on the order in which the series are given', () => {
  const all = archive('P/1/1.1:10=T1', 'P/2/2.1:10=T2', 'P/2/2.2:9=T2', 'P/1/1.2:9=T1');
  const statement = parsed(`SELECT patient ${pair}`);
  assert.deepEqual(selectSeries(statement, all.toReversed(), '1'), selectSeries(statement, all, '1'));
});

test('CHECK compares numbers as numbers, lists in their order, one field with another, a series with its like', () => {
  const series = (name: string, fields: Record<string, string | string[]>): SeriesFacts => makeSeries({
    SeriesInstanceUID: `1.2.${name}`, fields: { SeriesDescription: name, ...fields },
  });
  const partners = (check: string, one: Record<string, string | string[]>, other: Record<string, string | string[]>) => {
    const statement = parsed(`SELECT study WHERE series NAMED "no 1" HAS SeriesDescription == a
      ALSO WHERE series NAMED b HAS SeriesDescription == b CHECK ${check}`);
    return jobsOf(selectSeries(statement, [series('a', one), series('b', other)], '1.2')).length === 1;
  };
  assert.ok(partners('"no 1"@Rows == b@Rows', { Rows: '256' }, { Rows: '256.0' }));
  assert.ok(partners('"no 1"@Rows = b@Columns', { Rows: '256' }, { Columns: '256' }));
  assert.ok(!partners('"no 1"@Rows == b@Columns', { Rows: '256' }, { Rows: '256', Columns: '128' }));
  assert.ok(partners('"no 1"@PixelSpacing == b@("0x0028","0x0030")', { PixelSpacing: ['1', '2'] }, { '00280030': ['1', '2.0'] }));
  assert.ok(!partners('"no 1"@PixelSpacing == b@PixelSpacing', { PixelSpacing: ['1', '2'] }, { PixelSpacing: ['2', '1'] }));
  assert.ok(!partners('"no 1"@PixelSpacing == b@PixelSpacing', { PixelSpacing: ['1', '2'] }, { PixelSpacing: '1' }));
  assert.ok(partners('b@NumImages == "no 1"@NumImages AND b@Rows == b@Rows', {}, { Rows: '1' }));
  assert.ok(!partners('b@Rows == b@Rows', {}, {}));
});
