import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTAINER_FOLDERS, fillPlaceholders } from '../../src/core/placeholders.ts';

test('a container is told the folders of the contract', () => {
  const command = ['run', '{}', '{input}', '{output}', '{descr}', '{output_json}'];
  assert.deepEqual(fillPlaceholders(command, CONTAINER_FOLDERS), [
    'run', '/data', '/data/input', '/output', '/data/descr.json', '/output/output.json',
  ]);
});

test('placeholders are replaced inside of words and more than once in one', () => {
  assert.deepEqual(fillPlaceholders(['--io={input}:{output}'], CONTAINER_FOLDERS), ['--io=/data/input:/output']);
});

test('an argument stays one argument, and what stands in a folder name is not replaced again', () => {
  const folders = { data: '/a b/{output}', output: '/o $& $(x)' };
  assert.deepEqual(fillPlaceholders(['{}', '{output}'], folders), ['/a b/{output}', '/o $& $(x)']);
});

test('{dts} is the program folder for a process and stays as it is where the core cannot see it', () => {
  assert.deepEqual(fillPlaceholders(['{dts}/x'], { data: '/d', output: '/o', dts: '/opt/dts' }), ['/opt/dts/x']);
  assert.deepEqual(fillPlaceholders(['{dts}/x'], CONTAINER_FOLDERS), ['{dts}/x']);
});

test('braces that are no placeholder are left alone', () => {
  const command = ['{"a":1}', '{Input}', '{ input }', '${HOME}', '{unknown}'];
  assert.deepEqual(fillPlaceholders(command, CONTAINER_FOLDERS), command);
});
