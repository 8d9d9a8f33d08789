import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTemporary } from '../../src/job/failure.ts';
import { abortFailure, rejectionFailure } from '../../src/network/association-failure.ts';

test('only a transient rejection is worth another try', () => {
  assert.equal(isTemporary(rejectionFailure(2, 1, 1)), true);
  assert.equal(isTemporary(rejectionFailure(1, 1, 1)), false);
  assert.equal(isTemporary(rejectionFailure(0, 0, 0)), false);
});

test('each reason of the tables has its words, and the numbers stand beside them', () => {
  const expected: [source: number, reason: number, words: string][] = [
    [1, 2, 'application context name not supported'], [1, 3, 'calling AE title not recognized'],
    [1, 7, 'called AE title not recognized'], [2, 2, 'protocol version not supported'], [3, 1, 'temporary congestion'],
    [3, 2, 'local limit exceeded'], [9, 9, 'a reason that the standard does not know'],
  ];
  for (const [source, reason, words] of expected) {
    const failure = rejectionFailure(1, source, reason);
    assert.ok(failure.reason === 'peer-rejected' && failure.text.includes(words), words);
    assert.ok(failure.text.includes(`1/${source}/${reason}`));
  }
});

test('an abort says who aborted and why, and is worth another try', () => {
  const texts = [abortFailure(0, 0), abortFailure(2, 2), abortFailure(2, 9)].map((failure) => {
    assert.ok(failure.reason === 'peer-aborted' && isTemporary(failure));
    return failure.text;
  });
  assert.deepEqual(texts, [
    'A-ABORT by the application',
    'A-ABORT by the service provider: unexpected PDU',
    'A-ABORT by the service provider: reason 9',
  ]);
});
