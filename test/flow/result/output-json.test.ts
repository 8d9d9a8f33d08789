import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseOutputJson, readOutputJson, type OutputJson } from '../../../src/flow/result/output-json.ts';
import type { Prediction } from '../../../src/job/job.ts';
import { temporaryFolder } from '../../rig/peers.ts';

function parsed(text: string): OutputJson {
  const output = parseOutputJson(text);
  assert.ok(!('reason' in output), JSON.stringify(output));
  return output;
}

const rowsOf = (text: string): readonly Prediction[] => parsed(text).predictions;

function faultOf(text: string): string {
  const fault = parseOutputJson(text);
  assert.ok('reason' in fault && fault.reason === 'output-json', JSON.stringify(fault).slice(0, 200));
  return fault.text;
}

test('a list or an object of named values gives a row for each, with its unit', () => {
  const row = { field_name: 'volume', value: '12.5', unit: 'ml' };
  assert.deepEqual(rowsOf('[{"field_name":"volume","value":12.5,"unit":"ml"},{"field_name":"x","value":"y"}]'),
    [row, { field_name: 'x', value: 'y' }]);
  assert.deepEqual(rowsOf('{"field_name":"volume","value":"12.5","units":"ml"}'), [row]);
  assert.deepEqual(rowsOf('{"volume":{"value":12.5,"unit":"ml"}}'), [row]);
  assert.deepEqual(rowsOf('[]'), []);
  assert.deepEqual(rowsOf('{}'), []);
  assert.deepEqual(rowsOf('[{}]'), []);
});

test('plain values are rows under their names, those of what is nested under theirs joined by dots', () => {
  assert.deepEqual(rowsOf('{"volume":12.5,"lung":{"left":{"lobes":2},"right":"3"},"list":[1,2.50],"none":null}'), [
    { field_name: 'volume', value: '12.5' }, { field_name: 'lung.left.lobes', value: '2' },
    { field_name: 'lung.right', value: '3' }, { field_name: 'list', value: '[1,2.50]' },
    { field_name: 'none', value: '' },
  ]);
});

test('several of a kind are told apart by their places, and a physical size is one that SQL looks for', () => {
  assert.deepEqual(rowsOf(`{"shape_features": [
    {"physical_size": 42.10, "roundness": 0.9}, {"physical_size": "7", "axes": [{"length": 3}, {"length": 4}]}
  ]}`), [
    { field_name: 'shape_features.physical_size', value: '42.10', tumor_size: '42.10', repeat: '1' },
    { field_name: 'shape_features.roundness', value: '0.9', repeat: '1' },
    { field_name: 'shape_features.physical_size', value: '7', tumor_size: '7', repeat: '2' },
    { field_name: 'shape_features.axes.length', value: '3', repeat: '2.1' },
    { field_name: 'shape_features.axes.length', value: '4', repeat: '2.2' },
  ]);
  assert.deepEqual(rowsOf('[{"field_name":"lesion","value":"yes","physical_size":12,"redcap_repeat_instance":3}]'), [
    { field_name: 'lesion', value: 'yes', tumor_size: '12', repeat: '3' },
  ]);
  assert.deepEqual(rowsOf('{"lesions":[{"value":3,"unit":"mm"},{"field_name":"side","value":"left"}]}'), [
    { field_name: 'lesions', value: '3', unit: 'mm', repeat: '1' },
    { field_name: 'lesions.side', value: 'left', repeat: '2' },
  ]);
  assert.deepEqual(rowsOf('{"physical_size":"unknown"}'), [{ field_name: 'physical_size', value: 'unknown' }]);
});

test('numbers keep their text, whatever JavaScript would make of them', () => {
  const numbers = ['1.50', '12345678901234567890', '0.1000', '-0', '1e400', '1E+2', '3.141592653589793238462643'];
  const text = `{${numbers.map((number, at) => `"f${at}": ${number}`).join()}}`;
  assert.deepEqual(rowsOf(text).map(({ value }) => value), numbers);
  assert.equal(rowsOf('[{"field_name":"a","value":{"x":[1.50,"2.50","\\"3",true]}}]')[0]?.value,
    '{"x":[1.50,"2.50","\\"3",true]}');
});

test('every kind of value has a text', () => {
  const rows = rowsOf(JSON.stringify([
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
  assert.deepEqual(rowsOf('{"__proto__":"a","constructor":1,"toString":"b","hasOwnProperty":{"value":2}}'), [
    { field_name: '__proto__', value: 'a' }, { field_name: 'constructor', value: '1' },
    { field_name: 'toString', value: 'b' }, { field_name: 'hasOwnProperty', value: '2' },
  ]);
});

for (const [what, text] of Object.entries({
  'nothing': '', 'half a list': '[{"field_name":"a"', 'a number': '3', 'null': 'null', 'a text': '"x"',
  'a list of numbers': '[1]', 'a list of lists': '[[]]', 'a list with null': '[{"a":1},null]', 'no JSON': 'NaN',
  'a byte order mark and nothing': '\ufeff', 'a number that is none': '{"a": 1.2.3}', 'a leading zero': '{"a": 01}',
})) {
  test(`${what} is a fault with a text`, () => assert.notEqual(faultOf(text), ''));
}

test('what is nested too deeply is a fault', () => {
  faultOf(`[{"field_name":"a","value":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`);
  assert.match(faultOf(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`), /nested more than 32 deep/);
  assert.match(faultOf(`${'{"a":['.repeat(20)}{}${']}'.repeat(20)}`), /nested more than 32 deep/);
});

test('tens of thousands of values are as many rows, and more than a log can bear are a fault', () => {
  const values = (count: number): string =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, number) => [`field ${number}`, number])));
  assert.equal(rowsOf(values(100_000)).length, 100_000);
  assert.match(faultOf(values(100_001)), /more than 100000 values/);
});

test('a long name around many values is not repeated for each of them', () => {
  assert.match(faultOf(JSON.stringify({ ['x'.repeat(1000)]: { a: 1 } })), /more than 1000 characters/);
  assert.equal(rowsOf(JSON.stringify({ ['x'.repeat(1000)]: 1 })).length, 1);
});

test('what it asks for is no value, and is found in an object or in one entry of a list', () => {
  for (const text of ['{"a":1,"dts":{"notify":"look"}}', '[{"a":1},{"dts":{"notify":"look"}}]']) {
    const { predictions, steering } = parsed(text);
    assert.deepEqual(predictions, [{ field_name: 'a', value: '1' }]);
    assert.deepEqual(steering, { notify: 'look' });
  }
  assert.equal(parsed('{"a":{"dts":{"discard":true}}}').steering, undefined); // a field of a measurement
});

test('what it asks for unintelligibly is never passed over', () => {
  for (const asked of [
    'true', '[]', '{"discrad":true}', '{"discard":"yes"}', '{"destinations":[]}', '{"destinations":"pacs"}',
    '{"destinations":[1,null]}', `{"destinations":["${'x'.repeat(65)}"]}`, '{"notify":""}',
    `{"notify":"${'x'.repeat(2001)}"}`, '{"discard":true,"destinations":["pacs"]}',
  ]) {
    const fault = parseOutputJson(`{"dts":${asked}}`);
    assert.ok('reason' in fault && fault.reason === 'steering-invalid' && fault.text !== '', asked);
  }
  const twice = parseOutputJson('[{"dts":{"discard":true}},{"dts":{"discard":false}}]');
  assert.ok('reason' in twice && twice.reason === 'steering-invalid');
});

test('a file that is not there is no fault; one that is no regular file is', async (t) => {
  const folder = await temporaryFolder(t);
  const at = (name: string): string => join(folder, name);
  assert.equal(await readOutputJson(at('missing')), undefined);
  await writeFile(at('file'), '{"a":1}');
  const row = { field_name: 'a', value: '1' };
  assert.deepEqual(await readOutputJson(at('file')), { predictions: [row], json: { a: 1 } });
  await symlink('file', at('link'));
  await symlink('nowhere', at('dangling'));
  await symlink('loop', at('loop'));
  await mkdir(at('directory'));
  execFileSync('mkfifo', [at('fifo')]);
  const server = createServer().listen(at('socket'));
  await once(server, 'listening');
  t.after(() => server.close());
  await writeFile(at('large'), '');
  await truncate(at('large'), 17 * 1024 * 1024);
  for (const name of ['link', 'dangling', 'loop', 'directory', 'fifo', 'socket', 'large']) {
    const fault = await readOutputJson(at(name));
    assert.ok(fault !== undefined && 'reason' in fault, name);
  }
});
