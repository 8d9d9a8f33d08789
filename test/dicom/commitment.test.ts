import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeCommitmentReport, encodeCommitmentRequest, formatCommitmentFailure, type CommitmentReport,
} from '../../src/dicom/commitment.ts';
import { parseCommitmentReport, parseCommitmentRequest } from '../../src/dicom/parse-commitment.ts';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const CT = '1.2.840.10008.5.1.4.1.1.2';

const REPORT: CommitmentReport = {
  TransactionUID: '2.25.123',
  committed: [{ SOPClassUID: CT, SOPInstanceUID: '1.2.3' }, { SOPClassUID: CT, SOPInstanceUID: '1.2.34' }],
  failed: [{ SOPClassUID: CT, SOPInstanceUID: '1.2.5', FailureReason: 0x0112 }],
};

test('what a request or report says is read back as it was written', () => {
  const request = { TransactionUID: '2.25.7', instances: REPORT.committed };
  assert.deepEqual(parseCommitmentRequest(encodeCommitmentRequest(request), IMPLICIT), request);
  assert.deepEqual(parseCommitmentReport(encodeCommitmentReport(REPORT), IMPLICIT), REPORT);
  const none = { TransactionUID: '2.25.7', committed: [], failed: [] };
  assert.deepEqual(parseCommitmentReport(encodeCommitmentReport(none), IMPLICIT), none);
});

/** An element of explicit VR with a short length, or of a sequence or item of undefined length. */
function explicit(tag: number, vr: string, value: Buffer | string, littleEndian = true): Buffer {
  const head = Buffer.alloc(8);
  const body = Buffer.from(value as string, 'latin1');
  write16(head, tag >>> 16, 0, littleEndian);
  write16(head, tag & 0xffff, 2, littleEndian);
  head.write(vr, 4, 'latin1');
  write16(head, body.length, 6, littleEndian);
  return Buffer.concat([head, body]);
}

function write16(bytes: Buffer, value: number, offset: number, littleEndian: boolean): void {
  if (littleEndian) bytes.writeUInt16LE(value, offset);
  else bytes.writeUInt16BE(value, offset);
}

const UNDEFINED_SEQUENCE = Buffer.from('08009811' + '53510000' + 'ffffffff', 'hex');
const UNDEFINED_ITEM = Buffer.from('feff00e0' + 'ffffffff', 'hex');
const ITEM_END = Buffer.from('feff0de0' + '00000000', 'hex');
const SEQUENCE_END = Buffer.from('feffdde0' + '00000000', 'hex');

test('sequences and items of undefined length are read, and elements that nobody asked for passed over', () => {
  const bytes = Buffer.concat([
    explicit(0x00080054, 'AE', 'ARCHIVE '),
    explicit(0x00081195, 'UI', '2.25.9'),
    UNDEFINED_SEQUENCE,
    UNDEFINED_ITEM, explicit(0x00081155, 'UI', '1.2\0'), explicit(0x00081197, 'US', '\x13\x02'), ITEM_END,
    UNDEFINED_ITEM, explicit(0x00081155, 'UI', '1.3\0'), ITEM_END,
    SEQUENCE_END,
  ]);
  assert.deepEqual(parseCommitmentReport(bytes, EXPLICIT), {
    TransactionUID: '2.25.9', committed: [],
    failed: [
      { SOPClassUID: '', SOPInstanceUID: '1.2', FailureReason: 0x0213 },
      { SOPClassUID: '', SOPInstanceUID: '1.3', FailureReason: 0x0110 },
    ],
  });
});

test('big endian is read', () => {
  const item = Buffer.concat([
    explicit(0x00081155, 'UI', '1.2\0', false), explicit(0x00081197, 'US', '\x01\x12', false),
  ]);
  const head = Buffer.from('fffee000' + '00000000', 'hex');
  head.writeUInt32BE(item.length, 4);
  const sequence = Buffer.from('00081198' + '53510000' + '00000000', 'hex');
  sequence.writeUInt32BE(head.length + item.length, 8);
  const bytes = Buffer.concat([explicit(0x00081195, 'UI', '2.25.9', false), sequence, head, item]);
  const { failed } = parseCommitmentReport(bytes, BIG_ENDIAN) as CommitmentReport;
  assert.deepEqual(failed.map(({ FailureReason }) => FailureReason), [0x0112]);
});

test('what cannot be read, or has no UID where one must be, is a fault', () => {
  const whole = encodeCommitmentReport(REPORT);
  const faults = {
    'nothing': Buffer.alloc(0),
    'a path for a transaction': encodeCommitmentReport({ ...REPORT, TransactionUID: '../../etc' }),
    'a path for an instance': encodeCommitmentReport({
      ...REPORT, committed: [{ SOPClassUID: CT, SOPInstanceUID: '..' }],
    }),
    'a value beyond the end': Buffer.concat([whole, Buffer.from('0800501100000010', 'hex')]),
  };
  for (const [what, bytes] of Object.entries(faults)) {
    assert.ok('fault' in parseCommitmentReport(bytes, IMPLICIT), what);
  }
  assert.ok('fault' in parseCommitmentRequest(encodeCommitmentRequest({ TransactionUID: '2.25.1', instances: [] }),
    IMPLICIT));
});

test('a dataset cut off at any byte, or with any byte changed, ends in a value', () => {
  const whole = encodeCommitmentReport(REPORT);
  for (let length = 0; length < whole.length; length += 1) parseCommitmentReport(whole.subarray(0, length), IMPLICIT);
  for (let place = 0; place < whole.length; place += 1) {
    for (const value of [0, 0xff, 0xfe]) {
      const changed = Buffer.from(whole);
      changed.writeUInt8(value, place);
      for (const syntax of [IMPLICIT, EXPLICIT, BIG_ENDIAN]) parseCommitmentReport(changed, syntax);
    }
  }
});

test('what nests without end is refused without exhausting the stack', () => {
  const nested = Buffer.concat(Array.from({ length: 100_000 }, () => {
    return Buffer.concat([UNDEFINED_SEQUENCE, UNDEFINED_ITEM]);
  }));
  assert.deepEqual(parseCommitmentReport(nested, EXPLICIT), { fault: 'the dataset nests more than 8 deep' });
});

test('a FailureReason is told in the words of the standard', () => {
  assert.equal(formatCommitmentFailure(0x0112), '0x0112 (no such object instance)');
  assert.equal(formatCommitmentFailure(0x1), '0x0001 (a reason that the standard does not know)');
});
