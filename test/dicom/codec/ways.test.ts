import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPRESSIONS } from '../../../src/dicom/codec/compressions.ts';
import { findConversion, PLAIN_TRANSFER_SYNTAXES } from '../../../src/dicom/codec/conversion.ts';
import { waysFrom } from '../../../src/dicom/codec/ways.ts';
import { findTransferSyntaxUID } from '../../../src/dicom/transfer-syntax-keywords.ts';
import { transferSyntax, TRANSFER_SYNTAXES } from '../../../src/dicom/transfer-syntaxes.ts';

const uidOf = (keyword: string): string => {
  const UID = findTransferSyntaxUID(keyword);
  if (UID === undefined) throw new Error(`no transfer syntax ${keyword}`);
  return UID;
};
const [EXPLICIT, IMPLICIT] = [uidOf('ExplicitVRLittleEndian'), uidOf('ImplicitVRLittleEndian')];

test('what lies in a plain transfer syntax, or was compressed without loss, may go as the two usual ones', () => {
  assert.deepEqual(waysFrom(EXPLICIT), [EXPLICIT, IMPLICIT]);
  assert.deepEqual(waysFrom(IMPLICIT), [IMPLICIT, EXPLICIT]);
  for (const name of ['RLELossless', 'JPEGLossless', 'JPEGLosslessSV1', 'JPEGLSLossless', 'JPEG2000Lossless',
    'HTJ2KLossless', 'HTJ2KLosslessRPCL', 'ExplicitVRBigEndian', 'DeflatedExplicitVRLittleEndian']) {
    assert.deepEqual(waysFrom(uidOf(name)), [uidOf(name), EXPLICIT, IMPLICIT], name);
  }
});

test('what was compressed with loss, a video and what nobody knows go as they lie or not at all', () => {
  for (const UID of [uidOf('JPEGBaseline8Bit'), uidOf('JPEGLSNearLossless'), uidOf('JPEG2000'), uidOf('HTJ2K'),
    uidOf('MPEG4HP41'), '1.2.752.99']) {
    assert.deepEqual(waysFrom(UID), [UID]);
  }
});

test('what a destination is to get decides: its own first, then what is possible in the order of the list', () => {
  const wanted = [uidOf('JPEGBaseline8Bit'), IMPLICIT, EXPLICIT, IMPLICIT];
  assert.deepEqual(waysFrom(EXPLICIT, wanted), [EXPLICIT, IMPLICIT]);
  assert.deepEqual(waysFrom(uidOf('JPEGBaseline8Bit'), wanted), [uidOf('JPEGBaseline8Bit'), IMPLICIT, EXPLICIT]);
  assert.deepEqual(waysFrom(uidOf('JPEG2000'), wanted), [IMPLICIT, EXPLICIT], 'with loss, as it was asked for');
  assert.deepEqual(waysFrom(uidOf('MPEG4HP41'), wanted), []);
  assert.deepEqual(waysFrom(EXPLICIT, [uidOf('RLELossless')]), [], 'nothing is compressed');
});

test('every way leads from what is known to what is plain', () => {
  for (const from of TRANSFER_SYNTAXES.keys()) {
    for (const to of TRANSFER_SYNTAXES.keys()) {
      const way = findConversion(from, to);
      if (way === undefined) continue;
      assert.ok(PLAIN_TRANSFER_SYNTAXES.includes(to) && !transferSyntax(to).encapsulated);
      assert.equal(transferSyntax(from).encapsulated, COMPRESSIONS.has(from));
    }
  }
});

test('keywords of the standard stand for its transfer syntaxes; misspelt ones, and its other UIDs, for none', () => {
  assert.equal(uidOf('1.2.840.10008.1.2.4.70'), uidOf('JPEGLosslessSV1'));
  const others = ['explicitVRLittleEndian', 'JPEG', '', '1.2.840.10008.1.2.11', '1.2.840.10008.1.1', '1.2.x', 'toString'];
  for (const word of others) {
    assert.equal(findTransferSyntaxUID(word), undefined, word);
  }
});
