import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateCondition } from '../../src/select/evaluate-condition.ts';
import { makeSeries, type SeriesGiven } from './series.ts';
import { parsedCondition } from './statements.ts';

function holds(condition: string, given: SeriesGiven): boolean {
  return evaluateCondition(parsedCondition(condition), makeSeries(given)).holds;
}

/** Each row: a condition, the values of the field Field, and whether it holds. */
const comparisons: [condition: string, values: string[], holds: boolean][] = [
  ['Field == MR', ['MR'], true],
  ['Field = MR', ['MR'], true],
  ['Field == MR', ['mr'], false],
  ['Field == MR', ['MR', 'MR'], true],
  ['Field == MR', ['MR', 'CT'], false],
  ['Field == 1', ['1.0'], true],
  ['Field == "1.0"', ['1'], true],
  ['Field == 1', ['1.0', ' 01 '], true],
  ['Field == 1', ['1a'], false],
  ['Field == 12345678901234567', ['12345678901234568'], false],
  ['Field == "1.2.840"', ['1.2.84'], false],
  ['Field containing PRIMARY', ['ORIGINAL', 'PRIMARY'], true],
  ['Field containing PRIM', ['ORIGINAL', 'PRIMARY'], false],
  ['Field containing 1', ['1.0'], false],
  ['Field regexp RIM', ['ORIGINAL', 'PRIMARY'], true],
  ['Field regexp rim', ['PRIMARY'], false],
  ['Field regexp "(?i)rim"', ['PRIMARY'], true],
  ['Field regexp "^RIM"', ['PRIMARY'], false],
  ['Field < 5', ['4.9'], true],
  ['Field < 5', ['5'], false],
  ['Field <= 5', ['5.0'], true],
  ['Field > 5', ['1', '6'], true],
  ['Field > 5', ['many', '6'], true],
  ['Field > 5', ['many'], false],
  ['Field >= 5', ['5'], true],
  ['Field >= 5', ['Infinity'], false],
  ['Field > -1e1', ['-9'], true],
  ['Field approx "1, 0"', ['1.00005', '-0.00005'], true],
  ['Field approx "[1 0]"', ['1', '0'], true],
  ['Field approx "1, 0"', ['1.001', '0'], false],
  ['Field approx "1, 0"', ['1'], false],
  ['Field approx 1', ['one'], false],
];

test('compares a list of values as each operator says', () => {
  for (const [condition, values, expected] of comparisons) {
    assert.equal(holds(condition, { fields: { Field: values } }), expected, `${condition} on ${values.join('|')}`);
  }
});

test('is false for a field that is absent or empty, whatever the operator, so that NOT of it is true', () => {
  for (const [condition] of comparisons) {
    for (const given of [{}, { fields: { Field: [] } }, { fields: { Field: '' } }]) {
      assert.equal(holds(condition, given), false, condition);
      assert.equal(holds(`NOT ${condition}`, given), true, condition);
    }
  }
  assert.equal(holds('Field == ""', { fields: { Field: '' } }), false);
  assert.equal(holds('Field regexp ".*"', {}), false);
});

test('reads the special names and tags', () => {
  const given = { NumImages: 7, ClassifyTypes: ['MR', 'T1'], Path: '/a/b', fields: { '0019109c': 'mprage' } };
  for (const condition of [
    'NumImages == 7', 'NumSlices < 8', 'ClassifyType containing T1', 'ClassifyTypes containing MR', 'Path regexp "^/a"',
    '("0x0019","0x109c") == mprage', '(0x19,0x109C) == mprage', 'NOT ClassifyType containing T', 'everything',
  ]) assert.equal(holds(condition, given), true, condition);
});

test('evaluates every part, also where the outcome is known, and keeps what it saw', () => {
  const series = makeSeries({ fields: { Modality: 'MR', ImageType: ['A', 'B'] }, varying: ['ImageType'] });
  const condition = parsedCondition('Modality == CT AND (ImageType containing B OR NOT EchoTime > 1)');
  const result = evaluateCondition(condition, series);
  assert.ok(result.kind === 'all' && !result.holds);
  const [modality, alternatives] = result.parts;
  assert.ok(modality?.kind === 'comparison' && alternatives?.kind === 'any' && alternatives.holds);
  assert.deepEqual([modality.values, modality.varies], [['MR'], false]);
  const [imageType, negation] = alternatives.parts;
  assert.ok(imageType?.kind === 'comparison' && imageType.holds);
  assert.deepEqual([imageType.values, imageType.varies], [['A', 'B'], true]);
  assert.ok(negation?.kind === 'not' && negation.holds && negation.part.kind === 'comparison');
  assert.deepEqual(negation.part.values, []);
  assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
});

test('is not stalled by a pattern that grows exponentially elsewhere', () => {
  const fields = { SeriesDescription: `${'a'.repeat(20_000)}!` };
  assert.equal(holds('SeriesDescription regexp "^(a|aa|a?)+$"', { fields }), false);
});

test('is not stalled by a value of many digits that is no number', () => {
  const fields = { EchoTime: `${'1'.repeat(65_000)}!` };
  const start = performance.now();
  assert.equal(holds('EchoTime > 1', { fields }), false);
  assert.ok(performance.now() - start < 500);
});
