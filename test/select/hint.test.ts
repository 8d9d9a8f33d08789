import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateCondition } from '../../src/select/evaluate-condition.ts';
import { findHint } from '../../src/select/hint.ts';
import { makeSeries } from './series.ts';
import { parsedCondition } from './statements.ts';

function hintOf(condition: string, ...values: string[]): string | undefined {
  const result = evaluateCondition(parsedCondition(condition), makeSeries({ fields: { Field: values } }));
  assert.ok(result.kind === 'comparison');
  return findHint(result);
}

test('hints at what made a comparison fail by little', () => {
  const cases: [condition: string, values: string[], hint: RegExp][] = [
    ['Field regexp "^T1"', ['t1_mprage'], /^case counts: it matches with \(\?i\) in front$/],
    ['Field regexp "^T1"', ['Ax T1'], /\^ asks for the beginning, \$ for the end$/],
    ['Field regexp "T1$"', ['T1 axial'], /\^ asks for the beginning, \$ for the end$/],
    ['Field regexp "^T1$"', ['ax t1 fs'], /without \^ and \$, and with \(\?i\) in front$/],
    ['Field == MR', ['mr'], /^case counts, and it differs$/],
    ['Field == T1', ['T1 axial'], /^== compares whole values; regexp finds parts$/],
    ['Field == PRIMARY', ['ORIGINAL', 'PRIMARY'], /^== asks this of all values; containing asks it of one$/],
    ['Field containing T1', ['t1'], /^case counts, and it differs$/],
    ['Field containing T1', ['MR', 'T1 axial'], /^containing compares whole values; regexp finds parts$/],
    ['Field containing 1', ['1.0'], /^containing compares texts; == compares numbers$/],
    ['Field > 5', ['five'], /^the value is no number$/],
    ['Field approx "1,0"', ['1', '0', '0'], /^the series has 3 numbers here, the statement 2$/],
    ['Field approx "1,0"', ['1', 'zero'], /^a value is no number$/],
  ];
  for (const [condition, values, hint] of cases) assert.match(hintOf(condition, ...values) ?? '', hint, condition);
});

test('hints at nothing where a comparison holds, fails by much, or has no value', () => {
  for (const [condition, ...values] of [
    ['Field regexp "^T1"', 'T1'], ['Field regexp "^T1"', 'T2'], ['Field regexp "T1\\\\$"', 'T1'], ['Field regexp T1'],
    ['Field == MR', 'CT'], ['Field containing T1', 'T2'], ['Field == MR'], ['Field > 5', '4'], ['Field approx "1,0"', '1', '1'],
  ] as const) assert.equal(hintOf(condition, ...values), undefined, `${condition} on ${values.join()}`);
});
