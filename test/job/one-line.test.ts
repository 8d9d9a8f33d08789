import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harmlessJson, oneLine } from '../../src/job/one-line.ts';

test('control, format and line-separating characters are shown as escapes', () => {
  assert.equal(oneLine('a\u001b[2J\n\t\u007f\u009b'), 'a\\x1b[2J\\x0a\\x09\\x7f\\x9b');
  assert.equal(oneLine('\u202egnp\u2066\u2028\u{e0041}'), '\\u202egnp\\u2066\\u2028\\u{e0041}');
});

test('letters of all scripts, marks, joiners and symbols stay as they are', () => {
  const text = 'Müller^Jürgen 山田^太郎 می‌خواهم क्‍ष 👩‍⚕️ \\x1b';
  assert.equal(oneLine(text), text);
  assert.equal(harmlessJson(text), text);
});

test('JSON made harmless parses to the same value and keeps its lines', () => {
  const value = { name: 'a\u001b\u007f\u009b\u202e\u2028\u{e0041}\n', list: ['ü', 1] };
  const json = harmlessJson(JSON.stringify(value, null, 2));
  assert.deepEqual(JSON.parse(json), value);
  assert.doesNotMatch(json, /(?!\n)[\p{Cc}\p{Cf}\p{Zl}]/u);
  assert.equal(json.split('\n').length, JSON.stringify(value, null, 2).split('\n').length);
});
