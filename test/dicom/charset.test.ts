// The examples of PS3.5 annexes H, I, J and K, byte for byte, and what the field makes of the rules.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decodeText } from '../../src/dicom/charset.ts';
import { bytesOf } from './encode.ts';

const KANJI_YAMADA = '<1B 24 42 3B 33 45 44 1B 28 42>';
const KANJI_TAROU = '<1B 24 42 42 40 4F 3A 1B 28 42>';
const KANA_YAMADA = '<1B 24 42 24 64 24 5E 24 40 1B 28 42>';
const KANA_TAROU = '<1B 24 42 24 3F 24 6D 24 26 1B 28 42>';

test('decodes Japanese with code extensions from ASCII (annex H.3.1)', () => {
  const name = bytesOf(`Yamada^Tarou=${KANJI_YAMADA}^${KANJI_TAROU}=${KANA_YAMADA}^${KANA_TAROU}`);
  assert.equal(decodeText(name, ['', 'ISO 2022 IR 87'], 'PN'), 'Yamada^Tarou=山田^太郎=やまだ^たろう');
});

test('decodes Japanese with half-width katakana from JIS X 0201 (annex H.3.2)', () => {
  const toRomaji = (text: string) => text.replaceAll('1B 28 42', '1B 28 4A');
  const name = bytesOf(
    `<D4 CF C0 DE>^<C0 DB B3>=${toRomaji(`${KANJI_YAMADA}^${KANJI_TAROU}=${KANA_YAMADA}^${KANA_TAROU}`)}`,
  );
  assert.equal(decodeText(name, ['ISO 2022 IR 13', 'ISO 2022 IR 87'], 'PN'), 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう');
});

test('decodes the supplementary kanji of JIS X 0212', () => {
  assert.equal(decodeText(bytesOf('<1B 24 28 44 30 21 1B 28 42>a'), ['', 'ISO 2022 IR 159']), '丂a');
});

test('decodes Korean, whose escape sequence comes again after each delimiter (annex I.2)', () => {
  const name = bytesOf(
    'Hong^Gildong=<1B 24 29 43 FB F3>^<1B 24 29 43 D1 CE D4 D7>=<1B 24 29 43 C8 AB>^<1B 24 29 43 B1 E6 B5 BF>',
  );
  assert.equal(decodeText(name, ['', 'ISO 2022 IR 149'], 'PN'), 'Hong^Gildong=洪^吉洞=홍^길동');
});

test('decodes Korean text over several lines (annex I.3)', () => {
  const text = bytesOf('<1B 24 29 43>The first line includes <B1 E6 B5 BF>.<0D 0A 1B 24 29 43>The second <B1 E6>.');
  assert.equal(decodeText(text, ['', 'ISO 2022 IR 149'], 'UT'), 'The first line includes 길동.\r\nThe second 길.');
});

test('decodes Chinese in UTF-8 (annex J.1) and in GB18030 (annex J.2)', () => {
  const inUTF8 = bytesOf('Wang^XiaoDong=<E7 8E 8B>^<E5 B0 8F E6 9D B1>=');
  assert.equal(decodeText(inUTF8, ['ISO_IR 192'], 'PN'), 'Wang^XiaoDong=王^小東=');
  const inGB18030 = bytesOf('Wang^XiaoDong=<CD F5>^<D0 A1 B6 AB>=');
  assert.equal(decodeText(inGB18030, ['GB18030'], 'PN'), 'Wang^XiaoDong=王^小东=');
  assert.equal(decodeText(inGB18030, ['GBK'], 'PN'), 'Wang^XiaoDong=王^小东=');
});

test('decodes Chinese with code extensions (annex K.2)', () => {
  const name = bytesOf('Zhang^XiaoDong=<1B 24 29 41 D5 C5>^<1B 24 29 41 D0 A1 B6 AB>=');
  assert.equal(decodeText(name, ['', 'ISO 2022 IR 58'], 'PN'), 'Zhang^XiaoDong=张^小东=');
});

test('keeps a backslash that is half of a GB18030 character', () => {
  assert.equal(decodeText(bytesOf('<90 5C>\\a'), ['GB18030']).split('\\').length, 2);
});

test('decodes each single-byte set', () => {
  const samples: [string, string, string][] = [
    ['ISO_IR 100', 'Buc^J<E9>r<F4>me', 'Buc^Jérôme'],
    ['ISO_IR 101', 'W<B3>adys<B3>aw', 'Władysław'],
    ['ISO_IR 109', '<A6>', 'Ĥ'],
    ['ISO_IR 110', '<D1>', 'Ņ'],
    ['ISO_IR 144', '<BB EE DA>ce<DC D1>yp<D3>', 'Люкceмбypг'],
    ['ISO_IR 127', '<E2 C8 C7 E6 EA>', 'قباني'],
    ['ISO_IR 126', '<C4 E9 EF ED>', 'Διον'],
    ['ISO_IR 138', '<F9 F8 E5 EF>', 'שרון'],
    ['ISO_IR 148', '<C7 61 76 75 FE>', 'Çavuş'],
    ['ISO_IR 203', '<A4>', '€'],
    ['ISO_IR 166', '<B9 D2 C2>', 'นาย'],
    ['ISO_IR 13', '<D4 CF C0 DE>', 'ﾔﾏﾀﾞ'],
  ];
  for (const [name, bytes, text] of samples) assert.equal(decodeText(bytesOf(bytes), [name]), text, name);
});

test('switches the upper half between single-byte sets and back at a delimiter', () => {
  const text = bytesOf('<E9 1B 2D 46 E1>\\<E9>');
  assert.equal(decodeText(text, ['ISO 2022 IR 100', 'ISO 2022 IR 126'], 'LO'), 'éα\\é');
});

test('takes caret and equals sign for delimiters in names only', () => {
  const bytes = bytesOf('<1B 2D 46 E1>^<E1>');
  const sets = ['ISO 2022 IR 100', 'ISO 2022 IR 126'];
  assert.equal(decodeText(bytes, sets, 'PN'), 'α^á');
  assert.equal(decodeText(bytes, sets, 'LO'), 'α^α');
});

test('reads on in the last set where a writer escaped only once', () => {
  assert.equal(decodeText(bytesOf('<1B 24 29 43 FB F3>^<D1 CE D4 D7>'), ['', 'ISO 2022 IR 149'], 'PN'), '洪^吉洞');
  assert.equal(decodeText(bytesOf('<FB F3>^<D1 CE D4 D7>'), ['ISO 2022 IR 149'], 'PN'), '洪^吉洞');
});

test('understands names of sets as careless writers spell them', () => {
  for (const name of ['ISO_IR 101', 'ISO-IR 101', 'ISO IR 101', 'iso_ir 101 ', 'ISO_IR_101', 'ISO 2022 IR 101']) {
    assert.equal(decodeText(bytesOf('<B3>'), [name]), 'ł', name);
  }
  assert.equal(decodeText(bytesOf('<C3 BC>'), ['UTF-8']), 'ü');
});

test('reads unknown and undeclared sets as Latin-1', () => {
  assert.equal(decodeText(bytesOf('M<FC>ller'), ['KLINGON']), 'Müller');
  assert.equal(decodeText(bytesOf('M<FC>ller'), []), 'Müller');
});

test('puts U+FFFD for what a set does not define and for unknown escape sequences, and never throws', () => {
  assert.equal(decodeText(bytesOf('a<FF>b'), ['ISO_IR 192']), 'a\ufffdb');
  assert.equal(decodeText(bytesOf('a<1B>zb'), ['ISO 2022 IR 87']), 'a\ufffdzb');
  assert.equal(decodeText(bytesOf('a<1B>'), ['']), 'a\ufffd');
  assert.equal(decodeText(bytesOf('<1B 24 42 3B>'), ['', 'ISO 2022 IR 87']), '\ufffd');
});
