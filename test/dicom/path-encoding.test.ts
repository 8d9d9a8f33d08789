import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decodeFromPath, encodeForPath } from '../../src/dicom/path-encoding.ts';

const HOSTILE = [
  '', '.', '..', '...', '../../etc/passwd', '/', '\\', ' ', 'MY PACS', 'a\0b', 'a\nb', '%', '%2F', '%~', '~', '-rf',
  '.hidden', 'a.b', '192.168.1.7', '::1', 'fe80::1%eth0', 'Müller^Jörg', 'やまだ', '😀', '*?"<>|', 'x'.repeat(200),
];

test('leaves plain text as it is', () => {
  for (const text of ['PACS', '1.2.840.10008.1.1', 'a_b-c', 'x'.repeat(200)]) assert.equal(encodeForPath(text), text);
});

test('encodes in upper-case hexadecimal UTF-8', () => {
  assert.equal(encodeForPath('MY PACS'), 'MY%20PACS');
  assert.equal(encodeForPath('a/ü'), 'a%2F%C3%BC');
  assert.equal(encodeForPath(''), '%');
  assert.equal(encodeForPath('..'), '%2E.');
});

test('makes one safe component of anything, and gives the text back', () => {
  for (const text of HOSTILE) {
    const component = encodeForPath(text);
    assert.match(component, /^[A-Za-z0-9_%-][A-Za-z0-9._%-]*$/, JSON.stringify(text));
    assert.ok(component.length <= 200);
    assert.equal(decodeFromPath(component), text);
  }
});

test('gives different texts different components', () => {
  assert.equal(new Set(HOSTILE.map(encodeForPath)).size, HOSTILE.length);
});

test('cuts a long text between characters and tells long texts apart', () => {
  const long = 'ü'.repeat(100);
  const cut = encodeForPath(`${long}a`);
  assert.match(cut, /^(?:%C3%BC)+%~[0-9a-f]{16}$/);
  assert.ok(cut.length <= 200 && cut.length > 190);
  assert.notEqual(cut, encodeForPath(`${long}b`));
});

test('cuts as soon as 200 bytes are passed and not before', () => {
  assert.equal(encodeForPath(`${'x'.repeat(197)}/`), `${'x'.repeat(197)}%2F`);
  assert.match(encodeForPath(`${'x'.repeat(198)}/`), /^x{182}%~[0-9a-f]{16}$/);
});

test('decodes what it never encoded without failing', () => {
  assert.equal(decodeFromPath('%zz%2'), '%zz%2');
  assert.equal(decodeFromPath('%FF'), '\ufffd');
  assert.equal(decodeFromPath(encodeForPath('\ud800')), '\ufffd');
});
