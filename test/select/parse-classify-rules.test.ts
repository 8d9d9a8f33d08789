import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseClassifyRules } from '../../src/select/parse-classify-rules.ts';

const exists = { tag: ['A'], operator: 'exist' };

function problemsOf(json: unknown): string[] {
  const parsed = parseClassifyRules(json);
  return parsed.kind === 'rules' ? [] : parsed.problems.map(({ path, message }) => `${path.join('.')} ${message}`);
}

function onlyProblem(rule: unknown): string {
  const problems = problemsOf([{ type: 'x', rules: [rule] }]);
  assert.equal(problems.length, 1, problems.join('\n'));
  return problems[0] ?? '';
}

test('reads rules as the original writes them', () => {
  assert.deepEqual(problemsOf([
    { type: 'GE', id: 'GEBYMANUFACTURER', description: 'd', rules: [{ tag: ['0x08', '0x70'], value: '^GE MEDICAL' }] },
    { type: 'A', rules: [{ rule: 'GEBYMANUFACTURER' }, { tag: ['AcquisitionMatrix'], value: '0, 256, 256, 0' }] },
    {
      type: 'S',
      id: 'SAG',
      rules: [{ tag: ['0x20', '0x37'], value: [0, 1, 0, 0, 0, -1], operator: 'approx', approxLevel: '0.0004' }],
    },
    {
      type: 'oblique',
      check: 'SeriesLevel',
      rules: [{ tag: ['ClassifyType'], value: 'axial', operator: 'contains', negate: 'yes' }],
    },
  ]), []);
});

test('takes two rules of one id, unless something refers to it', () => {
  const twice = [{ type: 'a', id: 'ID', rules: [exists] }, { type: 'a', id: 'ID', rules: [exists] }];
  assert.deepEqual(problemsOf(twice), []);
  const referring = [...twice, { type: 'b', rules: [{ rule: 'ID' }] }];
  assert.deepEqual(problemsOf(referring), ['2.rules.0.rule is the id of 2 rules: "ID"']);
});

test('refuses references that lead nowhere or in a circle, each where it stands', () => {
  const nowhere = [{ type: 'a', rules: [exists, { notrule: 'B' }] }];
  assert.deepEqual(problemsOf(nowhere), ['0.rules.1.notrule is the id of no rule: "B"']);
  const circle = [
    { type: 'a', id: 'A', rules: [{ rule: 'B' }] },
    { type: 'b', id: 'B', rules: [exists, { notrule: 'A' }] },
    { type: 'c', rules: [{ rule: 'A' }] },
    { type: 'd', id: 'D', rules: [{ rule: 'D' }] },
  ];
  assert.deepEqual(problemsOf(circle), [
    '0.rules.0.rule leads back to the rule in which it stands: "B"',
    '1.rules.1.notrule leads back to the rule in which it stands: "A"',
    '3.rules.0.rule leads back to the rule in which it stands: "D"',
  ]);
});

test('reports every problem of a file at once', () => {
  const wrong = { type: 'x', check: 'Series', id: 3, rules: [exists, null] };
  const problems = problemsOf([7, { rules: [exists] }, { type: 'x' }, wrong]);
  const places = problems.map((problem) => problem.split(' ')[0]);
  assert.deepEqual(places, ['0', '1.type', '2.rules', '3.id', '3.check', '3.rules.1']);
});

test('refuses what is no test, and says what was meant', () => {
  const cases: [rule: unknown, problem: RegExp][] = [
    [{ value: 'x' }, /^0\.rules\.0 needs exactly one of/],
    [{ tag: ['A'], rule: 'B' }, /^0\.rules\.0 needs exactly one of/],
    [{ rule: 3 }, /^0\.rules\.0\.rule is no id/],
    [{ tag: 'A', value: 'x' }, /^0\.rules\.0\.tag is no field/],
    [{ tag: [], value: 'x' }, /\.tag is no field/],
    [{ tag: ['0x10'], value: 'x' }, /\.tag is no field/],
    [{ tag: ['0x10', '0x10000'], value: 'x' }, /\.tag is no field/],
    [{ tag: ['0x10', '0x10', '-1'], value: 'x' }, /\.tag is no field/],
    [{ tag: ['A', 'B'], value: 'x' }, /\.tag is no field/],
    [{ tag: [1, 2, 3, 4], value: 'x' }, /\.tag is no field/],
    [{ tag: ['A'], operator: 'exists' }, /\.operator is no operator: "exists"; did you mean "exist"\?/],
    [{ tag: ['A'], operator: 'zzzzz' }, /\.operator is no operator: "zzzzz"; expected one of regexp /],
    [{ tag: ['A'], operator: 5 }, /\.operator is no operator/],
    [{ tag: ['A'] }, /\.value is nothing that regexp can compare with/],
    [{ tag: ['A'], value: { a: 1 } }, /\.value is nothing/],
    [{ tag: ['A'], value: '(' }, /\.value is no pattern that compiles: missing closing \)/],
    [{ tag: ['A'], operator: '<', value: 'five' }, /\.value is nothing that < can compare with/],
    [{ tag: ['A'], operator: 'approx', value: [] }, /\.value is nothing/],
    [{ tag: ['A'], operator: 'approx', value: 1, approxLevel: 'wide' }, /\.approxLevel is no positive number/],
    [{ tag: ['A'], operator: 'approx', value: 1, approxLevel: 0 }, /\.approxLevel is no positive number/],
    [{ tag: ['A'], value: 'x', negate: 'maybe' }, /\.negate is neither/],
    [{ tag: ['A'], value: 'x', operater: '==' }, /\.operater is no key of a rule; did you mean "operator"\?/],
  ];
  for (const [rule, problem] of cases) assert.match(onlyProblem(rule), problem, JSON.stringify(rule));
});

test('refuses a file that is no list', () => {
  for (const json of [undefined, null, {}, 'rules']) assert.deepEqual(problemsOf(json), [' is no list of rules']);
  assert.deepEqual(problemsOf([]), []);
});

test('resolves references that double at every step without doubling the work', () => {
  const chain = Array.from({ length: 60 }, (_, index) => {
    const next = `R${index + 1}`;
    return { type: `c${index}`, id: `R${index}`, rules: [{ rule: next }, { rule: next }, { notrule: next }] };
  });
  const parsed = parseClassifyRules([...chain, { type: 'end', id: 'R60', rules: [exists] }]);
  assert.ok(parsed.kind === 'rules');
  assert.deepEqual(parsed.rules[0]?.tests.map(({ negate }) => negate), [false, true]);
});
