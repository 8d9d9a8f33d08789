// Names of files made of texts that somebody sent, who may have meant harm.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { digestSuffix, fileNameOf, foldedName, withSuffix } from '../../src/dicom/file-name.ts';

const NAMES: Readonly<Record<string, string>> = {
  'T1 MPRAGE sag': 'T1 MPRAGE sag',
  'Doe^John': 'Doe^John',
  'a_b-c.1': 'a_b-c.1',
  'Åse': 'Åse',
  'A\u030ase': 'Åse',
  '山田^太郎': '山田^太郎',
  '😀': '😀',
  '../../etc/passwd': '___.._etc_passwd',
  'a/b\\c:d*e?f"g<h>i|j': 'a_b_c_d_e_f_g_h_i_j',
  '': 'unknown',
  '   ': 'unknown',
  '.': 'unknown',
  '..': 'unknown',
  '...': 'unknown',
  '?': 'unknown',
  '\0\0': 'unknown',
  'a\0b\nc\x7f': 'a_b_c_',
  '.hidden': '_hidden',
  '..b': '__b',
  '-rf': '_rf',
  ' blanks ': 'blanks',
  'dots. . .': 'dots',
  'abc\u202egpj.exe': 'abcgpj.exe',
  'zero\u200bwidth\ufeff': 'zerowidth',
  'half\ud800': 'half',
  'line\u2028break': 'line_break',
  'CON': 'CON_',
  'nul.txt': 'nul_.txt',
  'Com1': 'Com1_',
  'COM¹': 'COM¹_',
  'console': 'console',
  'COM10': 'COM10',
};

for (const [text, name] of Object.entries(NAMES)) {
  test(`${JSON.stringify(text)} becomes ${JSON.stringify(name)}`, () => assert.equal(fileNameOf(text), name));
}

test('a long text is cut between characters, keeps its extension and stays different from others', () => {
  const names = ['x'.repeat(10_000), `${'x'.repeat(10_000)}y`, '😀'.repeat(5000), `${'ä'.repeat(300)}.dcm`]
    .map(fileNameOf);
  for (const name of names) {
    assert.ok(Buffer.byteLength(name) <= 230, name);
    assert.match(name, /^(x+|😀+|ä+)~[0-9a-f]{8}(\.dcm)?$/u);
  }
  assert.equal(new Set(names).size, names.length);
  assert.ok(names[3]?.endsWith('.dcm'));
});

test('whatever the text, the name is one name that nobody has to fear', () => {
  const pieces = ['/', '\\', '.', ' ', '\0', '\n', 'CON', '-', '\u202e', '\ud83d', '😀', 'e\u0301', '~', '*', 'a'];
  let seed = 7;
  for (let round = 0; round < 20_000; round += 1) {
    let text = '';
    for (let length = round % 9; length >= 0; length -= 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      text += pieces[seed % pieces.length];
    }
    const name = fileNameOf(text);
    assert.match(name, /^[^./\\\s-][^/\\\p{Cc}\p{Cf}\p{Cs}:*?"<>|]*$/u, JSON.stringify(text));
    assert.doesNotMatch(name, /[. ]$/, JSON.stringify(text));
    assert.equal(fileNameOf(name), name, JSON.stringify(text));
  }
});

test('a text of a megabyte takes no longer than its length allows', () => {
  const begun = performance.now();
  for (const piece of [' ', '.', '. ', '/', '😀', '\0', 'CON.']) fileNameOf(`a${piece.repeat(250_000)}b`);
  assert.ok(performance.now() - begun < 3000);
});

test('a suffix stands in front of the extension, and a digest is the same for the same text', () => {
  assert.equal(withSuffix('0001.dcm', '_2'), '0001_2.dcm');
  assert.equal(withSuffix('1.2.840.113619.2.55.3.604688119', '_2'), '1.2.840.113619.2.55.3_2.604688119');
  assert.equal(withSuffix('name', '_2'), 'name_2');
  assert.equal(withSuffix('.ready', '_2'), '.ready_2');
  assert.match(digestSuffix('a'), /^~[0-9a-f]{8}$/);
  assert.equal(digestSuffix('a'), digestSuffix('a'));
  assert.notEqual(digestSuffix('a'), digestSuffix('A'));
});

test('names that some file system takes for one fold to one', () => {
  assert.equal(foldedName('ÅSE'), foldedName('a\u030ase'));
  assert.equal(foldedName('Ab'), foldedName('aB'));
  assert.notEqual(foldedName('ab'), foldedName('a_b'));
});
