import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FILE_NAMES } from '../../src/config/finding.ts';
import { formatEffectiveConfiguration } from '../../src/config/format-configuration.ts';
import { readJsonSchemas } from '../../src/config/json-schema.ts';
import { findProgramRoot } from '../../src/config/program-root.ts';
import { makeClassesPage } from '../../src/config/reference/make-classes-page.ts';
import { makeJsonSchema } from '../../src/config/reference/make-json-schema.ts';
import { listKeys, makePage } from '../../src/config/reference/make-page.ts';
import { SCHEMAS } from '../../src/config/reference/schema-files.ts';
import { SECRET_KEYS } from '../../src/config/secret.ts';
import { writeStart } from '../../src/config/write-start.ts';
import { load } from './configuration-directory.ts';

const toWriteThem = 'run: node --import tsx src/config/reference/write.ts';

test('docs/configuration.md is that of the schemas', async () => {
  assert.equal(await readFile(join(findProgramRoot(), 'docs/configuration.md'), 'utf8'), makePage(), toWriteThem);
});

test('docs/classes.md has every class and every way to get it', async () => {
  const rules = JSON.parse(await readFile(join(findProgramRoot(), 'config/classify_rules.json'), 'utf8'));
  const page = await readFile(join(findProgramRoot(), 'docs/classes.md'), 'utf8');
  assert.equal(page, makeClassesPage(rules), toWriteThem);
  for (const { type, description } of rules) {
    assert.match(description, /^[A-Z0-9].*[^.]$/, type);
    assert.ok(page.split('\n').some((line) => line.startsWith(`| \`${type}\` |`) && line.includes(description)), type);
  }
});

test('config/schema holds the JSON Schemas of the schemas', async () => {
  const schemas = await readJsonSchemas();
  for (const name of FILE_NAMES) assert.equal(schemas[name], makeJsonSchema(name), toWriteThem);
});

test('every key of every file says what it is for and what it takes', () => {
  for (const name of FILE_NAMES) {
    const keys = listKeys(SCHEMAS[name]);
    assert.ok(keys.length > 15, name);
    for (const key of keys) {
      if ('sameAs' in key) continue;
      assert.match(key.description, /^[A-Z].*\.$/, `${name} ${key.path}`);
      assert.match(key.expected, /^(?:an? |seconds|bytes|the |true|")/, `${name} ${key.path}: ${key.expected}`);
    }
  }
});

test('every key that takes a secret is known as one', () => {
  const taking = FILE_NAMES.flatMap((name) => listKeys(SCHEMAS[name]))
    .filter((key) => 'expected' in key && key.expected.includes('{"env"'))
    .map(({ path }) => path.slice(path.lastIndexOf('.') + 1))
    .filter((key) => key !== 'key'); // the name of a path elsewhere: masked where it is none, see masked()
  assert.deepEqual([...new Set(taking)].sort(), [...SECRET_KEYS].sort());
});

test('JSON Schemas refuse unknown keys and require what must be given', () => {
  const schema = JSON.parse(makeJsonSchema('config.json'));
  assert.equal(schema.additionalProperties, false);
  const [destination] = schema.properties.destinations.additionalProperties.anyOf;
  assert.deepEqual(destination.required, ['AETitle', 'IP', 'PORT']);
  assert.equal(schema.properties.timeout.default, 16);
  assert.equal(schema.properties.Streams.items.properties.destination.items.anyOf.length, 2);
});

test('the effective configuration is shown without its secrets', async (t) => {
  const { configuration } = await load(t, {
    'config.json': {
      logging: [{ dbname: 'a', dbpassword: 'hunter2' }, { dbname: 'b', dbpassword: { file: '/etc/p' } }],
    },
  });
  const text = formatEffectiveConfiguration(configuration);
  assert.doesNotMatch(text, /hunter2/);
  const shown = JSON.parse(text);
  const passwords = shown.logging.map((entry: { dbpassword: unknown }) => entry.dbpassword);
  assert.deepEqual(passwords, ['********', { file: '/etc/p' }]);
  assert.equal(shown.timeoutSeconds, 16);
});

test('the start is written where nothing is, and leaves what is there', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'dts-start-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'config.json'), '{}');
  const isNew = new Map((await writeStart(folder)).map(({ file, written }) => [file, written]));
  assert.equal(isNew.get(join(folder, 'config.json')), false);
  assert.equal(isNew.get(join(folder, 'receiver.json')), true);
  assert.equal(isNew.get(join(folder, 'select_statements.json')), true);
  assert.equal(await readFile(join(folder, 'config.json'), 'utf8'), '{}');
  assert.ok((await writeStart(folder)).every(({ written }) => !written));
});
