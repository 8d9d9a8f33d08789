import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CANNOT_UNDERSTAND, SUCCESS, UNRECOGNIZED_OPERATION } from '../../src/dicom/status.ts';
import { COMMAND_FIELD, encodeCommandSet, NO_DATASET } from '../../src/network/command-set.ts';
import { startMemoryScp } from '../rig/memory-scp.ts';
import {
  ABORT, CT_IMAGE_STORAGE, dataPdus, echoCommand, EXPLICIT_VR_LITTLE_ENDIAN, pdu, pdv, RawScu, RELEASE_REQUEST,
  storeCommand, VERIFICATION,
} from '../rig/raw-scu.ts';

const COMMAND = 0b01;
const COMMAND_LAST = 0b11;
const DATA = 0b00;
const DATA_LAST = 0b10;

test('passes on each dataset as it came, with what its request said', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  const dataset = Buffer.from('any bytes, not even a dataset.');
  const answer = await scu.store('1.2.3', dataset, { MessageID: 0xffff });
  assert.equal(answer.Status, SUCCESS);
  assert.equal(answer.MessageIDBeingRespondedTo, 0xffff);
  assert.equal(answer.CommandField, COMMAND_FIELD['C-STORE-RSP']);
  assert.equal(answer.AffectedSOPInstanceUID, '1.2.3');
  assert.deepEqual(scp.stored, [{
    request: {
      peer: { callingAETitle: 'RAW', calledAETitle: 'DTS', address: '127.0.0.1' },
      AffectedSOPClassUID: CT_IMAGE_STORAGE,
      AffectedSOPInstanceUID: '1.2.3',
      TransferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    },
    bytes: dataset,
  }]);
  await scu.release();
  const { seconds, ...summary } = await scp.ended();
  assert.deepEqual(summary, { how: 'released', instances: 1, refused: 0, bytes: dataset.length });
  assert.ok(seconds >= 0);
});

test('takes a message whose fragments and PDUs are cut in every way', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  const command = storeCommand('1.2.3');
  scu.send(
    pdu(0x04, pdv(1, COMMAND, command.subarray(0, 1)), pdv(1, COMMAND, Buffer.alloc(0))),
    pdu(0x04, pdv(1, COMMAND, command.subarray(1, 30))),
    pdu(0x04, pdv(1, COMMAND_LAST, command.subarray(30)), pdv(1, DATA, Buffer.from('one '))),
    pdu(0x04, pdv(1, DATA, Buffer.alloc(0)), pdv(1, DATA, Buffer.from('two'))),
    pdu(0x04, pdv(1, DATA_LAST, Buffer.alloc(0))),
  );
  const answer = await scu.next();
  assert.equal(answer.kind === 'command' && answer.command.Status, SUCCESS);
  assert.equal(scp.stored[0]?.bytes.toString(), 'one two');
  await scu.release();
});

test('answers requests that come without waiting for the answer, in their order', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  const datasets = Array.from({ length: 20 }, (_, index) => String(index).padStart(4, '0'));
  for (const [MessageID, dataset] of datasets.entries()) {
    scu.send(dataPdus(1, storeCommand('1.2.3', { MessageID }), true), dataPdus(1, Buffer.from(dataset), false));
  }
  scu.send(RELEASE_REQUEST);
  for (const MessageID of datasets.keys()) {
    const answer = await scu.next();
    assert.equal(answer.kind === 'command' && answer.command.MessageIDBeingRespondedTo, MessageID);
  }
  assert.equal((await scp.ended()).how, 'released');
  assert.deepEqual(scp.stored.map(({ bytes }) => bytes.toString()), datasets);
});

test('answers in fragments that the peer takes, however small its PDUs are', async (t) => {
  const scp = await startMemoryScp(t);
  const contexts = [{ id: 1, abstractSyntax: VERIFICATION }];
  const scu = await RawScu.associate(scp.port, { maximumPDULength: 16, contexts });
  const lengths: number[] = [];
  scu.socket.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += 6 + bytes.readUInt32BE(at + 2)) lengths.push(bytes.readUInt32BE(at + 2));
  });
  scu.send(dataPdus(1, echoCommand({ MessageID: 7 }), true));
  const answer = await scu.next();
  assert.equal(answer.kind === 'command' && answer.command.MessageIDBeingRespondedTo, 7);
  assert.ok(lengths.length > 1 && Math.max(...lengths) <= 16, String(lengths));
});

test('holds the peer back while the sink does', async (t) => {
  const releases: (() => void)[] = [];
  let taken = 0;
  const { promise, resolve: firstWrite } = withResolvers();
  const scp = await startMemoryScp(t, {
    hooks: {
      openInstance: () => ({
        write: (chunk) => {
          taken += chunk.length;
          firstWrite();
          return new Promise((resolve) => releases.push(resolve));
        },
        end: async () => ({ status: SUCCESS }),
        abort: async () => undefined,
      }),
    },
  });
  const scu = await RawScu.associate(scp.port);
  const object = Buffer.alloc(32 * 1024 * 1024);
  scu.send(dataPdus(1, storeCommand('1.2.3'), true));
  const sent = new Promise<void>((resolve) => scu.socket.write(dataPdus(1, object, false, 60000), () => resolve()));
  await promise;
  // What the sink has not taken fills the buffers of both ends and no more: the sender cannot get rid of it.
  const patience = new Promise((resolve) => setTimeout(resolve, 300, 'held'));
  assert.equal(await Promise.race([sent.then(() => 'sent'), patience]), 'held');
  assert.ok(taken < object.length / 4);
  const answered = scu.next();
  const release = setInterval(() => releases.splice(0).forEach((resolve) => resolve()));
  const answer = await answered;
  clearInterval(release);
  assert.equal(answer.kind === 'command' && answer.command.Status, SUCCESS);
  assert.equal(taken, object.length);
});

test('answers C-ECHO', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port, { contexts: [{ id: 3, abstractSyntax: VERIFICATION }] });
  scu.send(dataPdus(3, echoCommand(), true));
  const answer = await scu.next();
  assert.ok(answer.kind === 'command');
  assert.equal(answer.presentationContextID, 3);
  assert.equal(answer.command.CommandField, COMMAND_FIELD['C-ECHO-RSP']);
  assert.equal(answer.command.Status, SUCCESS);
  await scu.release();
});

test('answers an operation it does not know after its dataset, and stays usable', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  const find = storeCommand('1.2.3', { CommandField: COMMAND_FIELD['C-FIND-RQ'] });
  scu.send(dataPdus(1, find, true), dataPdus(1, Buffer.alloc(100_000), false));
  const answer = await scu.next();
  assert.ok(answer.kind === 'command');
  assert.equal(answer.command.CommandField, COMMAND_FIELD['C-FIND-RSP']);
  assert.equal(answer.command.Status, UNRECOGNIZED_OPERATION);
  assert.equal((await scu.store('1.2.3', Buffer.from('a'))).Status, SUCCESS);
});

test('gives C-CANCEL no response', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  scu.send(dataPdus(1, encodeCommandSet({
    CommandField: COMMAND_FIELD['C-CANCEL-RQ'],
    MessageIDBeingRespondedTo: 1,
    CommandDataSetType: NO_DATASET,
  }), true));
  assert.equal((await scu.store('1.2.3', Buffer.from('a'), { MessageID: 9 })).MessageIDBeingRespondedTo, 9);
});

test('refuses C-STORE without a dataset', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  scu.send(dataPdus(1, storeCommand('1.2.3', { CommandDataSetType: NO_DATASET }), true));
  const answer = await scu.next();
  assert.equal(answer.kind === 'command' && answer.command.Status, CANNOT_UNDERSTAND);
  await scu.release();
  assert.equal((await scp.ended()).refused, 1);
});

test('cuts a comment to what the element may hold', async (t) => {
  const comment = 'x'.repeat(100);
  const scp = await startMemoryScp(t, {
    hooks: {
      openInstance: () => ({
        write: () => undefined,
        end: async () => ({ status: 0xa700, comment }),
        abort: async () => undefined,
      }),
    },
  });
  const scu = await RawScu.associate(scp.port);
  const answer = await scu.store('1.2.3', Buffer.from('a'));
  assert.deepEqual([answer.Status, answer.ErrorComment], [0xa700, 'x'.repeat(64)]);
});

const BREACHES: Readonly<Record<string, { readonly bytes: Buffer; readonly reason: number }>> = {
  'a context that was not accepted': { bytes: dataPdus(3, storeCommand('1.2.3'), true), reason: 6 },
  'a dataset without a command': { bytes: dataPdus(1, Buffer.from('a'), false), reason: 5 },
  'a command within a dataset': {
    bytes: Buffer.concat([dataPdus(1, storeCommand('1.2.3'), true), dataPdus(1, echoCommand(), true)]), reason: 5,
  },
  'a dataset in another context': {
    bytes: Buffer.concat([dataPdus(1, storeCommand('1.2.3'), true), dataPdus(5, Buffer.from('a'), false)]), reason: 6,
  },
  'a command that cannot be read': { bytes: dataPdus(1, Buffer.from('garbage'), true), reason: 6 },
  'a command without end': { bytes: pdu(0x04, pdv(1, COMMAND, Buffer.alloc(20_000))), reason: 6 },
  'a response that nobody asked for': {
    bytes: dataPdus(1, storeCommand('1.2.3', { CommandField: 0x8001 }), true), reason: 6,
  },
  'a request without MessageID': { bytes: dataPdus(1, encodeCommandSet({ CommandField: 0x0030 }), true), reason: 6 },
  'a PDU longer than announced': { bytes: pdu(0x04, pdv(1, DATA_LAST, Buffer.alloc(65531))), reason: 6 },
  'a PDU that claims 4 GB': { bytes: Buffer.from([0x04, 0, 0xff, 0xff, 0xff, 0xff]), reason: 6 },
  'a fragment longer than its PDU': { bytes: Buffer.from([0x04, 0, 0, 0, 0, 7, 0, 0, 0, 9, 1, 3, 0]), reason: 6 },
  'a PDU of no known type': { bytes: Buffer.from('garbage'), reason: 1 },
  'a second request for association': { bytes: pdu(0x01, Buffer.alloc(68)), reason: 2 },
  'a release within a message': {
    bytes: Buffer.concat([dataPdus(1, storeCommand('1.2.3'), true), RELEASE_REQUEST]), reason: 2,
  },
};

for (const [what, { bytes, reason }] of Object.entries(BREACHES)) {
  test(`aborts on ${what}`, async (t) => {
    const scp = await startMemoryScp(t);
    const scu = await RawScu.associate(scp.port, { contexts: [{ id: 1 }, { id: 5 }] });
    scu.send(bytes);
    const answer = await scu.next();
    assert.ok(answer.kind === 'pdu');
    assert.deepEqual([...answer.bytes], [0x07, 0, 0, 0, 0, 4, 0, 0, 2, reason]);
    assert.equal((await scu.next()).kind, 'closed');
    const { how, text } = await scp.ended();
    assert.equal(how, 'aborted');
    assert.match(text ?? '', /^the peer /);
    assert.deepEqual(scp.stored, []);
  });
}

for (const [what, end] of [
  ['is aborted', (scu: RawScu) => scu.send(ABORT)],
  ['is closed', (scu: RawScu) => scu.socket.end()],
  ['is reset', (scu: RawScu) => scu.socket.resetAndDestroy()],
] as const) {
  test(`drops the incomplete instance of an association that ${what}`, async (t) => {
    const scp = await startMemoryScp(t);
    const scu = await RawScu.associate(scp.port);
    await scu.store('1.2.3', Buffer.from('whole'));
    scu.send(dataPdus(1, storeCommand('1.2.4'), true), pdu(0x04, pdv(1, DATA, Buffer.from('half'))));
    end(scu);
    const summary = await scp.ended();
    assert.equal(summary.how, what === 'is aborted' ? 'aborted' : 'lost');
    assert.equal(summary.instances, 1);
    assert.equal(scp.stored.length, 1);
    // A reset may overtake the request.
    const abandoned = scp.abandoned.map(({ AffectedSOPInstanceUID }) => AffectedSOPInstanceUID);
    if (what !== 'is reset') assert.deepEqual(abandoned, ['1.2.4']);
  });
}

test('is not idle while it waits for its own disk', async (t) => {
  const scp = await startMemoryScp(t, {
    limits: { idleSeconds: 0.1 },
    hooks: {
      openInstance: () => ({
        write: () => undefined,
        end: () => new Promise((resolve) => setTimeout(resolve, 400, { status: SUCCESS })),
        abort: async () => undefined,
      }),
    },
  });
  const scu = await RawScu.associate(scp.port);
  assert.equal((await scu.store('1.2.3', Buffer.from('a'))).Status, SUCCESS);
});

test('a mistake in a sink costs its association, and no other', async (t) => {
  let isWrong = true;
  const scp = await startMemoryScp(t, {
    hooks: {
      openInstance: () => ({
        write: () => undefined,
        end: async () => {
          if (isWrong) throw new TypeError('a mistake');
          return { status: SUCCESS };
        },
        abort: async () => undefined,
      }),
    },
  });
  const [bad, good] = [await RawScu.associate(scp.port), await RawScu.associate(scp.port)];
  bad.send(dataPdus(1, storeCommand('1.2.3'), true), dataPdus(1, Buffer.from('a'), false));
  assert.equal((await bad.next()).kind, 'pdu');
  assert.match((await scp.ended()).text ?? '', /TypeError: a mistake/);
  isWrong = false;
  assert.equal((await good.store('1.2.3', Buffer.from('a'))).Status, SUCCESS);
});

test('stopping lets the message in flight come to its answer and aborts the rest', async (t) => {
  const scp = await startMemoryScp(t);
  const [busy, idle] = [await RawScu.associate(scp.port), await RawScu.associate(scp.port)];
  busy.send(dataPdus(1, storeCommand('1.2.3'), true), pdu(0x04, pdv(1, DATA, Buffer.from('half'))));
  busy.send(dataPdus(1, Buffer.alloc(0), false).subarray(0, 3));
  await scp.begun;
  const stopped = scp.stop(5);
  assert.equal((await idle.next()).kind, 'pdu');
  busy.send(dataPdus(1, Buffer.alloc(0), false).subarray(3));
  const answer = await busy.next();
  assert.equal(answer.kind === 'command' && answer.command.Status, SUCCESS);
  const abort = await busy.next();
  assert.equal(abort.kind === 'pdu' && abort.type, 0x07);
  await stopped;
  assert.equal(scp.stored[0]?.bytes.toString(), 'half');
});

test('stopping does not wait for a peer that neither goes on nor leaves', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  scu.send(dataPdus(1, storeCommand('1.2.3'), true), pdu(0x04, pdv(1, DATA, Buffer.from('half'))));
  scu.socket.pause();
  await scp.begun;
  await scp.stop(0.1);
  assert.equal(scp.stored.length, 0);
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((resolvePromise) => {
    resolve = resolvePromise;
  });
  return { promise, resolve };
}
