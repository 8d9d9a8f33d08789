import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAssociationAccept } from '../../src/network/association-accept.ts';

function item(type: number, value: Buffer): Buffer {
  const header = Buffer.from([type, 0, 0, 0]);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value]);
}

function accept(...items: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.alloc(68), ...items]);
  const header = Buffer.from([2, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(body.length, 2);
  return Buffer.concat([header, body]);
}

const context = (id: number, result: number, ...rest: Buffer[]) =>
  item(0x21, Buffer.concat([Buffer.from([id, 0, result, 0]), ...rest]));
const syntax = (uid: string) => item(0x40, Buffer.from(uid));
const IMPLICIT = '1.2.840.10008.1.2';

test('contexts and maximum PDU length are read, whatever the order and whatever stands between', () => {
  const pdu = accept(
    item(0x50, Buffer.concat([
      item(0x52, Buffer.from('1.2')), item(0x51, Buffer.from([0, 0, 0x20, 0])), item(0x99, Buffer.alloc(3)),
    ])),
    context(1, 0, syntax(IMPLICIT)),
    item(0x77, Buffer.from('?')),
    context(3, 4, syntax('')),
    context(254, 0, syntax(`${IMPLICIT}\0`)),
  );
  assert.deepEqual(parseAssociationAccept(pdu), {
    maximumPDULength: 8192,
    contexts: new Map([
      [1, { result: 0, TransferSyntaxUID: IMPLICIT }],
      [3, { result: 4, TransferSyntaxUID: '' }],
      [254, { result: 0, TransferSyntaxUID: IMPLICIT }],
    ]),
  });
});

test('a refused context without or with a cut transfer syntax is refused', () => {
  const parsed = parseAssociationAccept(accept(context(1, 3), context(3, 4, Buffer.from([0x40, 0, 0, 9]))));
  assert.ok(!('fault' in parsed));
  assert.deepEqual([...parsed.contexts.values()].map(({ result }) => result), [3, 4]);
});

test('a peer that does not say its maximum PDU length gets short PDUs', () => {
  const parsed = parseAssociationAccept(accept(item(0x50, item(0x51, Buffer.alloc(2)))));
  assert.ok(!('fault' in parsed) && parsed.maximumPDULength === 16384);
});

test('an answer cut off anywhere within an item is a fault, never an exception', () => {
  const whole = accept(context(1, 0, syntax(IMPLICIT)));
  for (let bytes = 0; bytes < whole.length; bytes += 1) {
    assert.equal('fault' in parseAssociationAccept(whole.subarray(0, bytes)), bytes !== 74, `${bytes} bytes`);
  }
  assert.ok('fault' in parseAssociationAccept(accept(item(0x21, Buffer.from([1, 0, 0])))));
});
