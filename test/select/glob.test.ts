import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsGlob } from '../../src/select/glob.ts';

test('stars stand for anything, question marks for one character, everything else for itself', () => {
  const fitting = [
    ['', ''], ['*', ''], ['*', 'anything at all'], ['SEG', 'SEG'], ['S?G', 'SEG'], ['S*', 'S'],
    ['*lesion*', 'a lesion b'], ['a*b*c', 'a1b2b3c'], ['**a**', 'a'], ['?', '😀'], ['?ø', 'øø'], ['a.c', 'a.c'],
    ['[ab]', '[ab]'], ['a\\*', 'a\\xyz'],
  ] as const;
  for (const [glob, text] of fitting) assert.equal(fitsGlob(glob, text), true, `${glob} ${text}`);
  const unfitting = [
    ['', 'a'], ['?', ''], ['??', 'a'], ['SEG', 'seg'], ['SEG', 'SEGX'], ['SEG', 'XSEG'], ['a.c', 'abc'], ['*a', 'ab'],
    ['[ab]', 'a'], ['a*b*c', 'a1c2b'], ['$', ''], ['^SEG', 'SEG'],
  ] as const;
  for (const [glob, text] of unfitting) assert.equal(fitsGlob(glob, text), false, `${glob} ${text}`);
});

test('agrees with a regular expression on many globs', () => {
  const letters = ['a', 'b', '*', '?'];
  let seed = 7;
  const pick = (): string => letters[(seed = (seed * 1103515245 + 12345) % 2147483648) % 4] ?? '';
  for (let round = 0; round < 3000; round += 1) {
    const glob = Array.from({ length: round % 7 }, pick).join('');
    const text = Array.from({ length: round % 9 }, pick).join('').replace(/[*?]/g, 'a');
    const expected = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
    assert.equal(fitsGlob(glob, text), expected, `${glob} on ${text}`);
  }
});

test('a glob made to stall does not', () => {
  const begun = performance.now();
  assert.equal(fitsGlob(`${'*a'.repeat(500)}b`, 'a'.repeat(5000)), false);
  assert.equal(fitsGlob('*'.repeat(10_000), 'a'.repeat(10_000)), true);
  assert.ok(performance.now() - begun < 2000);
});
