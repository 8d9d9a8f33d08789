// Text in the character sets of the standard: what is encoded is decoded as what it was, and what cannot be is told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText } from '../../src/dicom/charset.ts';
import { encodeText } from '../../src/dicom/encode-text.ts';
import { bytesOf } from './encode.ts';

const KANJI = '<1B 24 42 3B 33 45 44 1B 28 42>^<1B 24 42 42 40 4F 3A 1B 28 42>';
const KANA = '<1B 24 42 24 64 24 5E 24 40 1B 28 42>^<1B 24 42 24 3F 24 6D 24 26 1B 28 42>';

function encoded(text: string, SpecificCharacterSet: readonly string[], vr = 'PN'): Buffer {
  const bytes = encodeText(text, SpecificCharacterSet, vr);
  if ('unencodable' in bytes) throw new Error(bytes.unencodable);
  return bytes;
}

test('writes the examples of PS3.5 annexes H to K as they stand there', () => {
  const examples: readonly (readonly [text: string, sets: readonly string[], bytes: string])[] = [
    ['Yamada^Tarou=山田^太郎=やまだ^たろう', ['', 'ISO 2022 IR 87'], `Yamada^Tarou=${KANJI}=${KANA}`],
    ['ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう', ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
      `<D4 CF C0 DE>^<C0 DB B3>=${`${KANJI}=${KANA}`.replaceAll('1B 28 42', '1B 28 4A')}`],
    ['Hong^Gildong=洪^吉洞=홍^길동', ['', 'ISO 2022 IR 149'],
      'Hong^Gildong=<1B 24 29 43 FB F3>^<1B 24 29 43 D1 CE D4 D7>=<1B 24 29 43 C8 AB>^<1B 24 29 43 B1 E6 B5 BF>'],
    ['Wang^XiaoDong=王^小東=', ['ISO_IR 192'], 'Wang^XiaoDong=<E7 8E 8B>^<E5 B0 8F E6 9D B1>='],
    ['Wang^XiaoDong=王^小东=', ['GB18030'], 'Wang^XiaoDong=<CD F5>^<D0 A1 B6 AB>='],
    ['Zhang^XiaoDong=张^小东=', ['', 'ISO 2022 IR 58'], 'Zhang^XiaoDong=<1B 24 29 41 D5 C5>^<1B 24 29 41 D0 A1 B6 AB>='],
  ];
  for (const [text, sets, bytes] of examples) assert.deepEqual(encoded(text, sets), bytesOf(bytes), text);
});

test('what is encoded is decoded as what it was, in every set', () => {
  const samples: readonly (readonly [text: string, sets: readonly string[]])[] = [
    ['Müller^Renée', ['ISO_IR 100']], ['Dvořák', ['ISO_IR 101']], ['Ġużeppi', ['ISO_IR 109']],
    ['Šķēle', ['ISO_IR 110']], ['Люкceмбypг', ['ISO_IR 144']], ['قباني^لنزار', ['ISO_IR 127']],
    ['Διονυσιος', ['ISO_IR 126']], ['שרון^דבורה', ['ISO_IR 138']], ['Çavuşoğlu', ['ISO_IR 148']],
    ['œuvre €', ['ISO_IR 203']], ['นามสกุล', ['ISO_IR 166']], ['ｱｲｳ', ['ISO_IR 13']],
    ['丂a山', ['', 'ISO 2022 IR 87', 'ISO 2022 IR 159']],
    ['Ägypten Люк^Ж=Ω\\é', ['ISO 2022 IR 100', 'ISO 2022 IR 144', 'ISO 2022 IR 126']],
    ['𠀀㐀€王ñ𝄞', ['GB18030']], ['王小东', ['GBK']], ['𠀀🩺ñ', ['ISO_IR 192']],
  ];
  for (const [text, sets] of samples) assert.equal(decodeText(encoded(text, sets), sets, 'PN'), text, sets.join('\\'));
});

test('every character of GB18030 that there is comes back', () => {
  for (let point = 0x80; point < 0x30000; point += 7) {
    const character = String.fromCodePoint(point);
    const bytes = encodeText(character, ['GB18030']);
    if ('unencodable' in bytes) {
      assert.match(character, /[\p{Cs}\p{Co}\ufffd]|[^\p{Assigned}]/u, point.toString(16));
    } else {
      assert.equal(decodeText(bytes, ['GB18030']), character, point.toString(16));
    }
  }
});

test('a character that no set has is told, without the text around it', () => {
  assert.deepEqual(encodeText('Müller^王', ['ISO_IR 100'], 'PN'), {
    unencodable: 'has the character U+738B, which ISO_IR 100 does not have',
  });
  assert.deepEqual(encodeText('é', []), { unencodable: 'has the character U+00E9, which ASCII does not have' });
  assert.ok('unencodable' in encodeText('é', ['ISO 2022 IR 144', 'ISO 2022 IR 87']));
});

test('what was lost in decoding is not written as if it had been meant, nor an escape sequence as text', () => {
  for (const sets of [['ISO_IR 192'], ['GB18030'], ['ISO_IR 100'], []]) {
    assert.ok('unencodable' in encodeText('a\ufffd', sets));
    assert.ok('unencodable' in encodeText('a\x1b$B', sets));
    assert.ok('unencodable' in encodeText('a\ud800', sets));
  }
});
