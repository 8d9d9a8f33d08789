import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCondition } from '../../src/select/format-condition.ts';
import { parseStatement } from '../../src/select/parse-statement.ts';
import { parsed, parsedCondition, parsedSelect, refused } from './statements.ts';

const twoSeries = `SELECT study FROM study
  WHERE series NAMED "T1" HAS ClassifyType containing "T1" AND NumImages > 20
  ALSO WHERE series NAMED "T2" HAS SeriesDescription regexp "^T2"
  CHECK T1@StudyInstanceUID == T2@StudyInstanceUID AND T1@("0x0008","0x0020") == T2@(0x0008,0x0020)`;

test('reads a statement of two series with two checks', () => {
  const { level, clauses, checks } = parsedSelect(twoSeries);
  assert.equal(level, 'study');
  assert.deepEqual(clauses.map(({ name, condition }) => [name, formatCondition(condition)]), [
    ['T1', 'ClassifyType containing "T1" AND NumImages > 20'],
    ['T2', 'SeriesDescription regexp "^T2"'],
  ]);
  assert.deepEqual(checks.map(({ left, right }) => [left.name, right.name]), [['T1', 'T2'], ['T1', 'T2']]);
  const tag = checks[1]?.right.field;
  assert.ok(tag?.kind === 'tag');
  assert.deepEqual([tag.group, tag.element], [0x0008, 0x0020]);
});

test('says of each node where it stands, by offset, line and column', () => {
  const second = parsedSelect(twoSeries).clauses[1];
  assert.deepEqual(second?.at, { offset: twoSeries.indexOf('WHERE series NAMED "T2"'), line: 3, column: 8 });
  assert.ok(second?.condition.kind === 'comparison');
  assert.deepEqual(second.condition.value.at, { offset: twoSeries.indexOf('"^T2"'), line: 3, column: 61 });
});

test('takes the words of the language in any case, and every form of a level', () => {
  const levels = { series: 'series', STUDY: 'study', Participant: 'patient', project: 'project' };
  for (const [word, level] of Object.entries(levels)) {
    assert.equal(parsedSelect(`select ${word} where Series named x has NumImages >= 1`).level, level);
  }
});

test('means the same in capitals, in small letters, on many lines and without a blank that is not needed', () => {
  const text = `SELECT study FROM study WHERE series NAMED "a" HAS NOT ( Rows == 1 OR Rows approx 2 ) AND everything
    ALSO WHERE series NAMED "b" HAS Rows containing 3 OR Rows regexp 4 CHECK "a"@Rows == "b"@Rows`;
  const meaningOf = (written: string): unknown => {
    return JSON.parse(JSON.stringify(parsedSelect(written), (key, value: unknown) => (key === 'at' ? undefined : value)));
  };
  const words = /\b(select|from|where|series|study|named|has|not|or|and|also|check|approx|containing|regexp|everything)\b/gi;
  for (const written of [
    text.replace(words, (word) => word.toLowerCase()),
    text.replace(words, (word) => word.toUpperCase()),
    text.replaceAll(' ', '\n\t '),
    text.replace(/ ?(["()=@]+) ?/g, '$1').replaceAll(/\s+/g, ' '),
  ]) assert.deepEqual(meaningOf(written), meaningOf(text), written);
});

test('reads a statement as sites have it, with bare words and tags in quotes', () => {
  const { clauses } = parsedSelect(`SELECT series FROM study
    WHERE series named "OLD" has ProtocolName regexp "vibe_tra_ 2mm" and ("0x0018","0x0010") regexp ".*Dotarem.*"
    ALSO where series named NEW has ClassifyType contains DIFFUSION`);
  assert.deepEqual(clauses.map(({ name, condition }) => [name, formatCondition(condition)]), [
    ['OLD', 'ProtocolName regexp "vibe_tra_ 2mm" AND (0x0018,0x0010) regexp ".*Dotarem.*"'],
    ['NEW', 'ClassifyType containing "DIFFUSION"'],
  ]);
});

test('gives AND and OR the same rank, from left to right', () => {
  assert.equal(formatCondition(parsedCondition('Modality=MR OR Modality=CT AND NumImages>1')),
    '(Modality == "MR" OR Modality == "CT") AND NumImages > 1');
  assert.equal(formatCondition(parsedCondition('Modality=MR AND NumImages>1 AND NOT (Modality=CT OR NOT everything)')),
    'Modality == "MR" AND NumImages > 1 AND NOT (Modality == "CT" OR NOT everything)');
});

test('binds NOT to the next term only', () => {
  assert.equal(formatCondition(parsedCondition('NOT Modality=MR OR everything')), 'NOT Modality == "MR" OR everything');
});

test('skips comments wherever a blank may stand, also in front of SELECT', () => {
  const text = '/* a */ SELECT/**/study /* b * / */ WHERE/*c*/NumImages/* > 3 */>5/**/';
  assert.equal(formatCondition(parsedSelect(text).clauses[0]!.condition), 'NumImages > 5');
});

test('keeps text as it stands but for an escaped quote or backslash', () => {
  const cases: [string, string][] = [
    [String.raw`"a \"b\" c"`, 'a "b" c'],
    [String.raw`'it\'s'`, "it's"],
    [String.raw`"a\\b"`, String.raw`a\b`],
    [String.raw`"\d+\.\w"`, String.raw`\d+\.\w`],
    [`"/* no comment */ AND (æøå 脳)"`, '/* no comment */ AND (æøå 脳)'],
    [`"two\nlines"`, 'two\nlines'],
    [`^T1.*[0-9]$`, '^T1.*[0-9]$'],
    [`-1.5e-3`, '-1.5e-3'],
    [`series`, 'series'],
    [`""`, ''],
  ];
  for (const [written, text] of cases) {
    const condition = parsedCondition(`SeriesDescription == ${written}`);
    assert.ok(condition.kind === 'comparison');
    assert.equal(condition.value.text, text, written);
  }
});

test('takes absent or blank text for the whole study', () => {
  for (const text of [undefined, '', ' \n\t']) {
    const statement = parseStatement(text);
    assert.ok('kind' in statement && statement.kind === 'select');
    assert.equal(statement.level, 'study');
    assert.deepEqual(statement.clauses.map(({ condition }) => condition.kind), ['everything']);
  }
});

test('takes what does not begin with the word SELECT for one pattern', () => {
  for (const text of ['.*', 'SeriesDescription: T1', 'Selection', 'SELECT.*', 'SELECTED series']) {
    assert.equal(parsed(text).kind, 'glob', text);
  }
  assert.deepEqual(parsed('  T1 '), { kind: 'glob', pattern: 'T1', at: { offset: 0, line: 1, column: 1 } });
});

test('says of a statement that cannot be read where, what was found and what could stand there', () => {
  const levels = ['series', 'study', 'patient', 'project'];
  const operators = ['==', 'containing', 'regexp', '<=', '>=', '<', '>', 'approx'];
  const cases: [text: string, line: number, column: number, found: string, expected: string[]][] = [
    ['SELECT study FROM earliest', 1, 19, 'earliest', [...levels, 'image']],
    ['SELECT images FROM study WHERE everything', 1, 8, 'images', levels],
    ['SELECT', 1, 7, 'the end of the statement', levels],
    ['SELECT study FORM study', 1, 14, 'FORM', ['FROM', 'WHERE']],
    ['SELECT study\nFROM study\n', 3, 1, 'the end of the statement', ['WHERE']],
    ['SELECT study WHERE NumImages != 3', 1, 30, '!=', operators],
    ['SELECT study WHERE series NAMED HAS everything', 1, 33, 'HAS', ['a name']],
    ['SELECT study WHERE NumImages > AND', 1, 32, 'AND', ['a value']],
    ['SELECT study WHERE (everything', 1, 31, 'the end of the statement', ['AND', 'OR', ')']],
    ['SELECT study WHERE everything)', 1, 30, ')', ['AND', 'OR', 'ALSO', 'CHECK', 'the end of the statement']],
    ['SELECT study WHERE everything CHECK a@b', 1, 40, 'the end of the statement', ['==']],
    ['SELECT study WHERE everything ALSO everything', 1, 36, 'everything', ['WHERE']],
    ['SELECT study WHERE series NAMED T1 everything', 1, 36, 'everything', ['HAS']],
  ];
  for (const [text, line, column, found, expected] of cases) {
    const problem = refused(text);
    assert.deepEqual([problem.line, problem.column, problem.found], [line, column, found], text);
    assert.deepEqual([...problem.expected].sort(), [...expected].sort(), text);
    assert.equal(problem.severity, 'error');
    for (const what of expected) assert.ok(problem.message.includes(what), `${problem.message} lacks ${what}`);
  }
});

test('takes image for a level everywhere but as that of a job, and says what to write instead', () => {
  assert.equal(parsedSelect('SELECT series FROM image WHERE image NAMED a HAS everything').level, 'series');
  const { line, column, found, message } = refused('SELECT image FROM study WHERE everything');
  assert.deepEqual([line, column, found], [1, 8, 'image']);
  assert.match(message, /SELECT series makes a job of each/);
});

test('points at the opening of text or comment that is not closed', () => {
  for (const [text, column, mark] of [
    ['SELECT study WHERE Modality == "MR', 32, '"'],
    [String.raw`SELECT study WHERE Modality == 'MR\'`, 32, "'"],
    ['SELECT study WHERE /* Modality', 20, '*/'],
  ] as const) {
    const problem = refused(text);
    assert.deepEqual([problem.line, problem.column], [1, column]);
    assert.match(problem.message, /not closed/);
    assert.ok(problem.message.includes(mark));
  }
});

test('says of a quote that was copied with its backslash out of JSON what is wrong', () => {
  for (const [text, column] of [
    [String.raw`SELECT study WHERE Modality regexp \"MR\"`, 36],
    [String.raw`SELECT study WHERE series NAMED \'T1\' HAS everything`, 33],
  ] as const) {
    const problem = refused(text);
    assert.equal(problem.column, column);
    assert.match(problem.message, /only JSON needs one/);
  }
});

test('says of look-ahead and back references that there are none, and what to write', () => {
  for (const pattern of ['(?!T1)x', 'a(?=b)', '(?<!T)1', '(?<=T)1']) {
    assert.match(refused(`SELECT study WHERE Modality regexp "${pattern}"`).message, /no look-ahead or look-behind.*NOT/);
  }
  assert.match(refused(String.raw`SELECT study WHERE Modality regexp "(a)\1"`).message, /no back references/);
});

test('refuses patterns that do not compile, every one with its place', () => {
  const problems = parseStatement(`SELECT study WHERE SeriesDescription regexp "a(b"
AND NOT (Modality regexp "[" OR everything)`);
  assert.ok(Array.isArray(problems));
  assert.deepEqual(problems.map(({ line, column, found }) => [line, column, found]), [[1, 45, 'a(b'], [2, 26, '[']]);
  const glob = refused('*.dcm');
  assert.deepEqual([glob.line, glob.column], [1, 1]);
  assert.match(glob.message, /does not compile/);
});

test('refuses hostile nesting with a message instead of running out of stack', () => {
  const hostile = [
    `SELECT study WHERE ${'('.repeat(100_000)}everything`,
    `SELECT study WHERE ${'NOT '.repeat(100_000)}everything`,
    `SELECT study WHERE everything ${'AND everything OR everything '.repeat(50_000)}`,
  ];
  for (const text of hostile) assert.match(refused(text).message, /nested deeper/);
});

test('reads a long list of alternatives, which is not nesting', () => {
  const alternatives = Array.from({ length: 2000 }, (_, index) => `SeriesNumber == ${index}`);
  const condition = parsedCondition(alternatives.join(' OR '));
  assert.ok(condition.kind === 'any');
  assert.equal(condition.conditions.length, 2000);
});
