import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureText } from '../../src/job/failure-text.ts';
import { missingText } from '../../src/job/missing.ts';
import { isTemporary, type Failure } from '../../src/job/failure.ts';
import { CLASSIFIED, EVERY_FAILURE } from './failures.ts';

for (const [reason, { example, temporary }] of Object.entries(CLASSIFIED)) {
  test(`${reason} is ${temporary ? 'worth another try' : 'for a person'}`, () => {
    assert.equal(isTemporary(example), temporary);
  });
}

test('a rejection is worth another try where the peer says so', () => {
  assert.equal(isTemporary({ reason: 'peer-rejected', permanent: false, text: 'local limit exceeded' }), true);
});

test('every failure is worded in one line that ends without a full stop and tells its own data', () => {
  for (const failure of EVERY_FAILURE) {
    const text = failureText(failure);
    assert.match(text, /^\S.*[^\s.]$/, failure.reason);
    assert.doesNotMatch(text, /undefined|\[object|NaN/, failure.reason);
    for (const [key, value] of Object.entries(failure)) {
      if (['reason', 'status', 'FailureReason'].includes(key) || typeof value === 'boolean') continue;
      if (typeof value === 'object' && 'reason' in value) assert.ok(text.endsWith(failureText(value)), failure.reason);
      else if (failure.reason === 'study-incomplete') assert.ok(text.endsWith(missingText(failure.missing)));
      else for (const part of [value].flat()) assert.ok(text.includes(String(part)), `${failure.reason}: no ${key}`);
    }
  }
  assert.equal(new Set(EVERY_FAILURE.map(failureText)).size, EVERY_FAILURE.length);
});

test('a status is told as the standard writes it, with its meaning', () => {
  const refused: Failure = { reason: 'instance-refused', SOPInstanceUID: '1.2', status: 0xa900 };
  assert.equal(failureText(refused), '1.2 was answered 0xA900 (error: data set does not match SOP class)');
});

test('a core\'s last words are told in one line, and nothing where it said nothing', () => {
  assert.equal(failureText({ reason: 'core-exit', exitCode: 3, lastLines: ['a', 'b'] }),
    'the core ended with exit status 3; its last words: a | b');
  assert.equal(failureText({ reason: 'core-exit', exitCode: 3, lastLines: [] }), 'the core ended with exit status 3');
});

test('what a failure was told from outside cannot break the line', () => {
  const told: Failure[] = [
    { reason: 'output-link', file: 'a\nb.dcm' },
    { reason: 'output-unreadable', file: 'x\r\n.dcm', text: 'bad\u2028\u0007' },
    { reason: 'core-exit', exitCode: 1, lastLines: ['a\rb', '\u001b[31mred'] },
    { reason: 'peer-rejected', permanent: true, text: 'go\naway' },
    { reason: 'output-json', text: 'Unexpected token\n' },
    { reason: 'attempts-used', attempts: 1, last: { reason: 'core-not-started', text: 'a\nb' } },
  ];
  for (const failure of told) assert.doesNotMatch(failureText(failure), /[\n\r\u001b\u0007]/, failure.reason);
});
