import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileOutputSchema, type SchemaProblem } from '../../src/config/output-schema.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { problemsOf, streamWith, type Files } from './configuration-directory.ts';

const ROWS = {
  type: 'array', minItems: 1,
  items: { type: 'object', required: ['field_name', 'value'], properties: { value: { type: 'number', minimum: 0 } } },
};

function problemsWith(schema: unknown, value: unknown): readonly SchemaProblem[] {
  const compiled = compileOutputSchema(schema);
  assert.ok('validate' in compiled, JSON.stringify(compiled));
  return compiled.validate(value);
}

/** A configuration whose core has these rules for its output. */
const withOutputs = (outputs: object): Files => ({
  'config.json': { Streams: [streamWith()] },
  'select_statements.json': { AICore: { docker_image: 'image:1', outputs } },
});

test('every place that does not fit is told, and what fits is not', () => {
  assert.deepEqual(problemsWith(ROWS, [{ field_name: 'a', value: 1 }]), []);
  assert.deepEqual(problemsWith(ROWS, [{ field_name: 'a', value: -1 }, { value: 'x' }]), [
    { at: '/0/value', text: 'must be >= 0' },
    { at: '/1', text: 'must have required property \'field_name\'' },
    { at: '/1/value', text: 'must be number' },
  ]);
  const strict = { properties: { side: { enum: ['left', 'right'] } }, additionalProperties: false };
  assert.deepEqual(problemsWith(strict, { side: 'top', sides: 2 }).map(({ text }) => text), [
    'must NOT have additional properties: "sides"', 'must be equal to one of the allowed values: ["left","right"]',
  ]);
  assert.deepEqual(problemsWith(ROWS, {}), [{ at: '', text: 'must be array' }]);
});

test('the drafts that people write are understood, others are refused by name', () => {
  for (const [draft, items] of [['http://json-schema.org/draft-07/schema#', 'items'],
    ['https://json-schema.org/draft/2019-09/schema', 'items'],
    ['https://json-schema.org/draft/2020-12/schema', 'prefixItems']] as const) {
    const schema = { $schema: draft, type: 'array', [items]: [{ const: 1 }] };
    assert.equal(problemsWith(schema, [2]).length, 1, draft);
    assert.equal(problemsWith(schema, [1]).length, 0, draft);
  }
  const old = compileOutputSchema({ $schema: 'http://json-schema.org/draft-04/schema#' });
  assert.ok(!('validate' in old));
  assert.match(old[0]?.text ?? '', /none of .*draft-07/);
});

test('no pattern of a schema stalls on what a core wrote', () => {
  const schema = { type: 'string', pattern: '^(a+)+$' };
  const begin = Date.now();
  assert.equal(problemsWith(schema, `${'a'.repeat(50_000)}!`).length, 1);
  assert.ok(Date.now() - begin < 5000);
  const behind = compileOutputSchema({ pattern: '(?<=a)b' });
  assert.ok(!('validate' in behind));
});

test('of a thousand places that do not fit, the first are told', () => {
  assert.equal(problemsWith(ROWS, Array.from({ length: 1000 }, () => 1)).length, 20);
});

for (const [what, { schema, problem }] of Object.entries({
  'a type that is none': {
    schema: { properties: { a: { type: 'strnig' } } },
    problem: /^select_statements\.json:\d+:\d+: AICore\.outputs\.schema\.properties\.a\.type: .*cannot be used/,
  },
  'a word that is none': { schema: { minItmes: 1 }, problem: /unknown keyword: "minItmes"/ },
  'a reference to nowhere': { schema: { $ref: '#/definitions/lesion' }, problem: /can't resolve reference/ },
  'a circle of references': {
    schema: {
      $ref: '#/definitions/a', definitions: { a: { $ref: '#/definitions/b' }, b: { $ref: '#/definitions/a' } },
    },
    problem: /refers to itself without an end/,
  },
  'a keyword that takes the square of the time': { schema: { uniqueItems: true }, problem: /"uniqueItems"/ },
})) {
  test(`${what} in a schema is told when the configuration is checked`, async (t) => {
    const [line, ...others] = (await problemsOf(t, withOutputs({ schema }))).filter((one) => problem.test(one));
    assert.ok(line !== undefined, JSON.stringify(await problemsOf(t, withOutputs({ schema }))));
    assert.deepEqual(others, []);
  });
}

test('a schema in a file is told with its place there; one that is not there, too', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'schema.json');
  await mkdir(folder, { recursive: true });
  await writeFile(path, '{\n  "properties": {\n    "a": {"type": "strnig"}\n  }\n}');
  const lines = await problemsOf(t, withOutputs({ schema: path }));
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /AICore\.outputs\.schema: .*line 3, column 19/);
  await writeFile(path, '{"type": ');
  assert.match((await problemsOf(t, withOutputs({ schema: path }))).join(), /cannot be used: line 1, column 10/);
  assert.match((await problemsOf(t, withOutputs({ schema: `${path}.gone` }))).join(), /cannot be read \(ENOENT\)/);
  await writeFile(path, '{"type": "array"} // rows');
  assert.deepEqual(await problemsOf(t, withOutputs({ schema: path })), []);
});

test('an expectation says of what, and not more at least than at the most', async (t) => {
  const expect = [{ min: 1 }, { Modality: 'SEG', min: 2, max: 1 }, { Modality: 'SR' }];
  const lines = await problemsOf(t, withOutputs({ expect }));
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /expect\[0\].*expected an object with SOPClassUID or Modality/);
  assert.match(lines[1] ?? '', /expect\[1\].*expected min not above max/);
});

test('what a result may ask for is one of three words', async (t) => {
  const files = { 'config.json': { Streams: [streamWith({ steering: ['notify', 'discrad'] })] } };
  const wanted = /steering\[1\].*"discrad".*expected a list of "destinations", "discard"/;
  assert.match((await problemsOf(t, files)).join(), wanted);
});
