import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAXIMUM_OTHER_PDU_BYTES, PduReader, type PduConsumer, type PduFault } from '../../src/network/pdu-reader.ts';
import { ABORT, associateRequest, pdu, pdv, RELEASE_REQUEST } from '../rig/raw-scu.ts';

const COMMAND_LAST = 0b11;
const DATA = 0b00;
const DATA_LAST = 0b10;

/** A consumer that writes down what it is told, chunks of one fragment joined. */
function listen(maximumPDULength = 1000, holdBack?: () => Promise<void> | undefined) {
  const told: unknown[] = [];
  let fragment: Buffer[] = [];
  const consumer: PduConsumer = {
    otherPdu(bytes) {
      told.push({ pdu: bytes.toString('hex') });
      return holdBack?.();
    },
    fragment(context, isCommand, isLast, chunk, endOfFragment) {
      fragment.push(chunk);
      if (endOfFragment) {
        told.push({ context, isCommand, isLast, bytes: Buffer.concat(fragment).toString() });
        fragment = [];
      }
      return holdBack?.();
    },
    fault: (fault: PduFault) => void told.push(fault),
  };
  return { told, reader: new PduReader(maximumPDULength, consumer) };
}

function headerClaiming(type: number, length: number): Buffer {
  const header = Buffer.from([type, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(length, 2);
  return header;
}

const CONVERSATION = Buffer.concat([
  associateRequest(),
  pdu(0x04, pdv(1, COMMAND_LAST, Buffer.from('command'))),
  pdu(0x04, pdv(1, DATA, Buffer.from('one')), pdv(1, DATA, Buffer.alloc(0)), pdv(1, DATA_LAST, Buffer.from('two'))),
  pdu(0x04, pdv(255, DATA_LAST, Buffer.alloc(0))),
  RELEASE_REQUEST,
  ABORT,
]);

const UNDERSTOOD = [
  { pdu: associateRequest().toString('hex') },
  { context: 1, isCommand: true, isLast: true, bytes: 'command' },
  { context: 1, isCommand: false, isLast: false, bytes: 'one' },
  { context: 1, isCommand: false, isLast: false, bytes: '' },
  { context: 1, isCommand: false, isLast: true, bytes: 'two' },
  { context: 255, isCommand: false, isLast: true, bytes: '' },
  { pdu: RELEASE_REQUEST.toString('hex') },
  { pdu: ABORT.toString('hex') },
];

test('reads the same from one chunk and from chunks split at any byte', () => {
  for (let split = 0; split <= CONVERSATION.length; split += 1) {
    const { told, reader } = listen();
    reader.read(CONVERSATION.subarray(0, split));
    reader.read(CONVERSATION.subarray(split));
    assert.deepEqual(told, UNDERSTOOD, `split at ${split}`);
  }
});

test('reads the same from chunks of one byte', () => {
  const { told, reader } = listen();
  for (const byte of CONVERSATION) reader.read(Buffer.from([byte]));
  assert.deepEqual(told, UNDERSTOOD);
});

test('tells nothing more while a promise of the consumer is pending, and all of it afterwards', async () => {
  const releases: (() => void)[] = [];
  const { told, reader } = listen(1000, () => new Promise((resolve) => releases.push(resolve)));
  const read = reader.read(CONVERSATION);
  for (let count = 1; count <= UNDERSTOOD.length; count += 1) {
    assert.equal(told.length, count);
    releases[count - 1]?.();
    await new Promise(setImmediate);
  }
  await read;
  assert.deepEqual(told, UNDERSTOOD);
});

test('copies what must wait once, not again for each message that holds it back', async () => {
  const buffers: ArrayBufferLike[] = [];
  const reader = new PduReader(0, {
    otherPdu: () => undefined,
    fragment: (_context, _isCommand, _isLast, bytes) => {
      buffers.push(bytes.buffer);
      return Promise.resolve();
    },
    fault: (fault) => assert.fail(fault.reason),
  });
  const message = pdu(0x04, pdv(1, COMMAND_LAST, Buffer.alloc(5000)));
  const chunk = Buffer.concat([message, message, message, message]);
  await reader.read(chunk);
  const [first, second, ...others] = buffers;
  assert.equal(first, chunk.buffer);
  assert.notEqual(second, chunk.buffer); // which may change
  assert.deepEqual(others.map((buffer) => buffer === second), [true, true]);
});

test('passes a rejection of the consumer on and reads nothing behind it', async () => {
  const { told, reader } = listen(1000, () => Promise.reject(new Error('disk')));
  await assert.rejects(async () => reader.read(CONVERSATION), { message: 'disk' });
  assert.equal(told.length, 1);
});

test('hands fragments on in views of the chunk, not in copies', () => {
  const chunk = pdu(0x04, pdv(1, DATA_LAST, Buffer.from('pixels')));
  let seen: Buffer | undefined;
  const reader = new PduReader(0, {
    otherPdu: () => undefined,
    fragment: (_context, _isCommand, _isLast, bytes) => {
      seen = bytes;
      return undefined;
    },
    fault: (fault) => assert.fail(fault.reason),
  });
  reader.read(chunk);
  assert.equal(seen?.buffer, chunk.buffer);
});

test('takes a P-DATA-TF of just the announced length, and no longer one', () => {
  const exact = pdu(0x04, pdv(1, DATA_LAST, Buffer.alloc(94)));
  const { told, reader } = listen(100);
  reader.read(exact);
  assert.equal(told.length, 1);
  reader.read(headerClaiming(0x04, 101));
  assert.deepEqual(told[1], { reason: 'pdu-length', type: 0x04, length: 101, maximum: 100 });
});

test('refuses a PDU that claims 4 GB by its header alone, whatever its type', () => {
  for (const type of [0x01, 0x04, 0x05]) {
    const { told, reader } = listen();
    reader.read(headerClaiming(type, 0xffffffff));
    const maximum = type === 0x04 ? 1000 : MAXIMUM_OTHER_PDU_BYTES;
    assert.deepEqual(told, [{ reason: 'pdu-length', type, length: 0xffffffff, maximum }]);
  }
});

test('takes P-DATA-TF of any length where no maximum was announced', () => {
  const { told, reader } = listen(0);
  reader.read(headerClaiming(0x04, 0xffffffff));
  assert.deepEqual(told, []);
});

test('refuses a fragment that runs past its PDU or is too short for its own head', () => {
  const past = pdv(1, DATA, Buffer.from('abcd'));
  past.writeUInt32BE(7);
  const short = pdv(1, DATA, Buffer.alloc(0));
  short.writeUInt32BE(1);
  for (const wrong of [past, short]) {
    const { told, reader } = listen();
    reader.read(pdu(0x04, wrong));
    assert.equal((told[0] as PduFault).reason, 'pdv-length');
    assert.equal(told.length, 1);
  }
});

test('refuses bytes behind the last fragment of a PDU that are too few for another', () => {
  const { told, reader } = listen();
  reader.read(pdu(0x04, pdv(1, DATA_LAST, Buffer.from('a')), Buffer.alloc(5)));
  assert.deepEqual(told.map((entry) => (entry as { reason?: string }).reason), [undefined, 'pdv-length']);
});

test('refuses what is no PDU at its first header, and reads nothing afterwards', () => {
  for (const garbage of ['GET / HTTP/1.1\r\n\r\n', '\x00\x00\x00\x00\x00\x00', '\x16\x03\x01\x02\x00\x01']) {
    const { told, reader } = listen();
    reader.read(Buffer.from(garbage, 'latin1'));
    reader.read(CONVERSATION);
    assert.deepEqual(told, [{ reason: 'pdu-type', type: garbage.charCodeAt(0) }]);
  }
});

test('reads nothing more once it was stopped', () => {
  const { told, reader } = listen();
  reader.read(CONVERSATION.subarray(0, 20));
  reader.stop();
  reader.read(CONVERSATION.subarray(20));
  assert.deepEqual(told, []);
});
