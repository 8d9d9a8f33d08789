import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSelection } from '../../src/select/explain-text.ts';
import { selectSeries } from '../../src/select/select-series.ts';
import type { Colour } from '../../src/select/series-title.ts';
import { makeSeries } from './series.ts';
import { parsed } from './statements.ts';

const plain: Colour = (_style, text) => text;

const all = [
  makeSeries({
    SeriesInstanceUID: '1.2.3', NumImages: 176, ClassifyTypes: ['MR', 'T1'], varying: ['EchoTime'],
    fields: { Modality: 'MR', SeriesNumber: '4', SeriesDescription: 't1 mprage', EchoTime: '2.3' },
  }),
  makeSeries({ SeriesInstanceUID: '1.2.4', NumImages: 1 }),
];

function explain(text: string): string {
  return formatSelection(selectSeries(parsed(text), all, '1.2'), plain);
}

test('shows each series, each WHERE as a tree with the values seen, and the jobs', () => {
  assert.equal(explain(`SELECT series WHERE series NAMED T1 HAS
    ClassifyType containing T1 AND NOT (EchoTime > 5 OR NumImages < 20)`), `\
Series 4  "t1 mprage"  MR, 176 instances
  1.2.3
  true   WHERE 1 "T1"
    true   all of (AND)
      true   ClassifyType containing "T1"   <- "MR", "T1"
      true   NOT
        false  at least one of (OR)
          false  EchoTime > 5
                  <- "2.3" in the first instance; others differ
          false  NumImages < 20   <- "176"

Series  (no description)  1 instance
  1.2.4
  false  WHERE 1 "T1"
    false  all of (AND)
      false  ClassifyType containing "T1"   <- no value
      false  NOT
        true   at least one of (OR)
          false  EchoTime > 5   <- no value
          true   NumImages < 20   <- "1"

1 job would be made.
  job 1: 1 series
    "T1"  Series 4  "t1 mprage"  176 instances
      1.2.3
`);
});

test('says why there is no job', () => {
  assert.match(explain('SELECT study WHERE NumImages > 999'),
    /No job would be made\.\n {2}No series matches any WHERE\.\n$/);
  assert.match(explain('SELECT study WHERE NumImages > 9 ALSO WHERE series NAMED B HAS NumImages > 999'),
    /No job would be made\.\n {2}left out {2}study 1\.2: no series for WHERE 2 "B"\n$/);
  assert.match(explain('SELECT series WHERE series NAMED A HAS NumImages > 9 CHECK A@Laterality == A@Laterality'),
    /left out {2}Series 4 {2}"t1 mprage": no partner in CHECK A@Laterality == A@Laterality\n$/);
  assert.match(formatSelection(selectSeries(parsed(''), [], '1.2'), plain), /There is no series to select from/);
});

test('names the series and both WHERE of an ambiguous statement', () => {
  assert.match(explain('SELECT study WHERE series NAMED A HAS NumImages > 9 ALSO WHERE everything'),
    /ambiguous: its job fails.*\n {2}Series 4 {2}"t1 mprage"\n {4}1\.2\.3\n {4}matches WHERE 1 "A" and WHERE 2\n/);
});

test('shows the line that the short form was tried on', () => {
  assert.match(explain('mprage'),
    /true {3}matches "mprage"\n {4}tried on StudyInstanceUID: 1\.2, SeriesInstanceUID: 1\.2\.3,\n[^]*, ClassifyType: MR, T1\n/);
});

test('keeps control characters and endless values of the network off the terminal', () => {
  const hostile = [makeSeries({ fields: { SeriesDescription: `\u001b[2J\r\n\u202e${'x'.repeat(5000)}` } })];
  const selection = selectSeries(parsed('SELECT study WHERE SeriesDescription regexp x'), hostile, '1.2');
  const text = formatSelection(selection, plain);
  assert.doesNotMatch(text.replaceAll('\n', ''), /\p{C}/u);
  assert.ok(Math.max(...text.split('\n').map(({ length }) => length)) < 200);
});

test('colours nothing but what the words say already', () => {
  const styles = new Set<string>();
  const selection = selectSeries(parsed('SELECT study WHERE NumImages > 9'), all, '1.2');
  const marked = formatSelection(selection, (style, text) => {
    styles.add(style);
    return `\u0001${text}\u0002`;
  });
  assert.equal(marked.replace(/[\u0001\u0002]/g, ''), explain('SELECT study WHERE NumImages > 9'));
  assert.deepEqual([...styles].sort(), ['faint', 'false', 'heading', 'true']);
});
