import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCommandSet, parseCommandSet, type CommandSet } from '../../src/network/command-set.ts';

const FULL: CommandSet = {
  AffectedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  CommandField: 0x8001,
  MessageID: 65535,
  MessageIDBeingRespondedTo: 7,
  MoveDestination: 'PACS',
  Priority: 0,
  CommandDataSetType: 0x0101,
  Status: 0xa900,
  OffendingElement: [0x00080018, 0xfffefffe],
  ErrorComment: 'does not match',
  AffectedSOPInstanceUID: '1.2.3.45',
  MoveOriginatorApplicationEntityTitle: 'MOVER',
  MoveOriginatorMessageID: 12,
};

function element(group: number, number: number, value: Buffer, length = value.length): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16LE(group, 0);
  header.writeUInt16LE(number, 2);
  header.writeUInt32LE(length, 4);
  return Buffer.concat([header, value]);
}

test('a C-ECHO-RQ is encoded as PS3.7 annex E says, byte for byte', () => {
  const bytes = encodeCommandSet({
    CommandDataSetType: 0x0101, MessageID: 1, CommandField: 0x0030, AffectedSOPClassUID: '1.2.840.10008.1.1',
  });
  assert.equal(bytes.toString('hex'), [
    '00000000' + '04000000' + '38000000',
    '00000200' + '12000000' + Buffer.from('1.2.840.10008.1.1\0').toString('hex'),
    '00000001' + '02000000' + '3000',
    '00001001' + '02000000' + '0100',
    '00000008' + '02000000' + '0101',
  ].join(''));
});

test('what is encoded is parsed again, and undefined elements are left out', () => {
  assert.deepEqual(parseCommandSet(encodeCommandSet(FULL)), FULL);
  assert.deepEqual(parseCommandSet(encodeCommandSet({ Status: 0, ErrorComment: undefined })), { Status: 0 });
});

test('a long comment is cut to what LO holds', () => {
  const bytes = encodeCommandSet({ ErrorComment: 'x'.repeat(100) });
  assert.deepEqual(parseCommandSet(bytes), { ErrorComment: 'x'.repeat(64) });
});

test('padding by spaces or NUL, on either side, is not part of a value', () => {
  const bytes = Buffer.concat([
    element(0, 0x0002, Buffer.from('1.2.3 ')),
    element(0, 0x0902, Buffer.from('  text\0 ')),
    element(0, 0x1000, Buffer.from('\0\0')),
  ]);
  const expected = { AffectedSOPClassUID: '1.2.3', ErrorComment: 'text', AffectedSOPInstanceUID: '' };
  assert.deepEqual(parseCommandSet(bytes), expected);
});

test('unknown elements, other groups, empty values and a wrong group length are stepped over', () => {
  const bytes = Buffer.concat([
    element(0, 0x0000, Buffer.from([1, 0, 0, 0])),
    element(0, 0x0001, Buffer.alloc(6)),
    element(0, 0x0110, Buffer.alloc(0)),
    element(8, 0x0900, Buffer.alloc(2)),
    element(0, 0x0900, Buffer.from([0, 0xa7])),
  ]);
  assert.deepEqual(parseCommandSet(bytes), { Status: 0xa700 });
});

test('a known element of an impossible length is a fault', () => {
  assert.ok('fault' in parseCommandSet(element(0, 0x0900, Buffer.alloc(4))));
  assert.ok('fault' in parseCommandSet(element(0, 0x0901, Buffer.alloc(6))));
  assert.ok('fault' in parseCommandSet(element(0, 0x0002, Buffer.from('1.2'), 0xffffffff)));
});

test('a command cut off anywhere within an element is a fault, never an exception', () => {
  const whole = encodeCommandSet(FULL);
  const boundaries = new Set<number>();
  for (let offset = 0; offset <= whole.length; ) {
    boundaries.add(offset);
    if (offset === whole.length) break;
    offset += 8 + whole.readUInt32LE(offset + 4);
  }
  for (let bytes = 0; bytes <= whole.length; bytes += 1) {
    assert.equal('fault' in parseCommandSet(whole.subarray(0, bytes)), !boundaries.has(bytes), `${bytes} bytes`);
  }
});

test('a megabyte of padding is parsed in a moment', () => {
  const spaces = Buffer.alloc(1_000_000, ' ');
  const begin = performance.now();
  parseCommandSet(element(0, 0x0902, Buffer.concat([spaces, Buffer.from('x'), spaces])));
  assert.ok(performance.now() - begin < 1000);
});

test('no bytes make the parser throw', () => {
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 0x7fffffff);
  const whole = encodeCommandSet(FULL);
  for (let round = 0; round < 5000; round += 1) {
    const bytes = Buffer.from(whole);
    for (let change = 0; change < 4; change += 1) bytes[random() % bytes.length] = random() % 256;
    assert.equal(typeof parseCommandSet(bytes), 'object');
  }
});
