import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseOutputJson, readOutputJson } from '../../src/flow/output-json.ts';
import { temporaryFolder } from '../rig/peers.ts';

test('a list or an object of named values gives a row for each', () => {
  const row = { field_name: 'volume', value: '12.5' };
  assert.deepEqual(parseOutputJson('[{"field_name":"volume","value":12.5,"unit":"ml"},{"field_name":"x","value":"y"}]'),
    [row, { field_name: 'x', value: 'y' }]);
  assert.deepEqual(parseOutputJson('{"field_name":"volume","value":"12.5"}'), [row]);
  assert.deepEqual(parseOutputJson('{"volume":12.5,"nested":{"a":1},"list":[1],"none":null}'),
    [row, { field_name: 'none', value: '' }]);
  assert.deepEqual(parseOutputJson('[]'), []);
  assert.deepEqual(parseOutputJson('{}'), []);
});

test('every kind of value has a text', () => {
  const rows = parseOutputJson(JSON.stringify([
    { field_name: 'a', value: true }, { field_name: 'b', value: null }, { field_name: 'c' },
    { field_name: 'd', value: 0 }, { field_name: 'e', value: { x: [1] } },
    { field_name: 'f', value: 'line\nfeed' }, { field_name: '' },
  ]));
  assert.deepEqual(rows, [
    { field_name: 'a', value: 'true' }, { field_name: 'b', value: '' }, { field_name: 'c', value: '' },
    { field_name: 'd', value: '0' }, { field_name: 'e', value: '{"x":[1]}' }, { field_name: 'f', value: 'line\nfeed' },
    { field_name: '', value: '' },
  ]);
});

test('names that mean something to JavaScript are names', () => {
  assert.deepEqual(parseOutputJson('{"__proto__":"a","constructor":1,"toString":"b"}'), [
    { field_name: '__proto__', value: 'a' }, { field_name: 'constructor', value: '1' },
    { field_name: 'toString', value: 'b' },
  ]);
});

for (const [what, text] of Object.entries({
  'nothing': '', 'half a list': '[{"field_name":"a"', 'a number': '3', 'null': 'null', 'a text': '"x"',
  'a list of numbers': '[1]', 'a list of lists': '[[]]', 'a list with null': '[{"a":1},null]', 'no JSON': 'NaN',
  'a byte order mark and nothing': '\ufeff',
})) {
  test(`${what} is a fault with a text`, () => {
    const fault = parseOutputJson(text);
    assert.ok('reason' in fault && fault.reason === 'output-json' && fault.text !== '');
  });
}

test('a value nested too deeply to be written is a fault', () => {
  const deep = parseOutputJson(`[{"field_name":"a","value":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`);
  assert.ok('reason' in deep && deep.reason === 'output-json');
});

test('hundreds of thousands of values are as many rows', () => {
  const values = Object.fromEntries(Array.from({ length: 300_000 }, (_, number) => [`field ${number}`, number]));
  const rows = parseOutputJson(JSON.stringify(values));
  assert.ok(Array.isArray(rows) && rows.length === 300_000);
});

test('a file that is not there is no fault; one that is no regular file is', async (t) => {
  const folder = await temporaryFolder(t);
  const at = (name: string): string => join(folder, name);
  assert.equal(await readOutputJson(at('missing')), undefined);
  await writeFile(at('file'), '{"a":1}');
  assert.deepEqual(await readOutputJson(at('file')), [{ field_name: 'a', value: '1' }]);
  await symlink('file', at('link'));
  await symlink('nowhere', at('dangling'));
  await mkdir(at('directory'));
  execFileSync('mkfifo', [at('fifo')]);
  const server = createServer().listen(at('socket'));
  await once(server, 'listening');
  t.after(() => server.close());
  await writeFile(at('large'), '');
  await truncate(at('large'), 17 * 1024 * 1024);
  for (const name of ['link', 'dangling', 'directory', 'fifo', 'socket', 'large']) {
    const fault = await readOutputJson(at(name));
    assert.ok(fault !== undefined && 'reason' in fault, name);
  }
});
