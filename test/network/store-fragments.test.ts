// The same message cut in every way that PS3.8 section 9.3.5 and annex E.2 leave to the sender, and TCP to the network.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMemoryScp } from '../rig/memory-scp.ts';
import {
  associateRequest, dataPdus, echoCommand, pdu, pdv, RawScu, RELEASE_REQUEST, storeCommand, VERIFICATION,
} from '../rig/raw-scu.ts';

const COMMAND = 0b01;
const LAST = 0b10;
const P_DATA_TF = 0x04;
const CONTEXTS = [{ id: 1 }, { id: 3, abstractSyntax: VERIFICATION }];
const DATASET = Buffer.from('a dataset of some bytes.');

/** The fragments of a command set or dataset, each of `bytes` bytes, as presentation data values. */
function pdvs(of: Buffer, isCommand: boolean, bytes: number): Buffer[] {
  const kind = isCommand ? COMMAND : 0;
  return Array.from({ length: Math.ceil(of.length / bytes) }, (_, index) => {
    const fragment = of.subarray(index * bytes, (index + 1) * bytes);
    return pdv(1, kind | ((index + 1) * bytes >= of.length ? LAST : 0), fragment);
  });
}

function assertStored(stored: readonly { readonly bytes: Buffer }[], count: number): void {
  assert.deepEqual(stored.map(({ bytes }) => bytes.toString()), Array<string>(count).fill(DATASET.toString()));
}

async function assertAnswered(scu: RawScu, MessageID = 1): Promise<void> {
  const answer = await scu.next();
  assert.ok(answer.kind === 'command', JSON.stringify(answer));
  assert.deepEqual([answer.command.Status, answer.command.MessageIDBeingRespondedTo], [0, MessageID]);
}

for (const bytes of [1, 2, 3, 7, 1000]) {
  test(`takes fragments of ${bytes} bytes, one a PDU and all in one PDU`, async (t) => {
    const scp = await startMemoryScp(t);
    const scu = await RawScu.associate(scp.port);
    const message = [...pdvs(storeCommand('1.2.3'), true, bytes), ...pdvs(DATASET, false, bytes)];
    scu.send(...message.map((one) => pdu(P_DATA_TF, one)));
    await assertAnswered(scu);
    scu.send(pdu(P_DATA_TF, ...message));
    await assertAnswered(scu);
    assertStored(scp.stored, 2);
    await scu.release();
  });
}

test('takes empty fragments in front of, between and behind all others, and PDUs of nothing', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  const nothing = Buffer.alloc(0);
  const message = [
    ...pdvs(storeCommand('1.2.3'), true, 40).flatMap((one) => [pdv(1, COMMAND, nothing), one]),
    pdv(1, 0, nothing), pdv(1, 0, DATASET), pdv(1, 0, nothing), pdv(1, LAST, nothing),
  ];
  scu.send(...message.flatMap((one) => [pdu(P_DATA_TF), pdu(P_DATA_TF, one)]));
  await assertAnswered(scu);
  assertStored(scp.stored, 1);
});

test('takes several messages of several contexts in one PDU', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port, { contexts: CONTEXTS });
  scu.send(pdu(
    P_DATA_TF,
    pdv(1, COMMAND | LAST, storeCommand('1.2.3', { MessageID: 1 })), pdv(1, LAST, DATASET),
    pdv(3, COMMAND | LAST, echoCommand({ MessageID: 2 })),
    pdv(1, COMMAND | LAST, storeCommand('1.2.4', { MessageID: 3 })), pdv(1, LAST, DATASET),
  ));
  for (const MessageID of [1, 2, 3]) await assertAnswered(scu, MessageID);
  assertStored(scp.stored, 2);
});

test('takes an association that comes byte by byte', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.connect(scp.port);
  const sendSlowly = async (bytes: Buffer) => {
    for (const byte of bytes) await new Promise((sent) => scu.socket.write(Buffer.from([byte]), sent));
  };
  await sendSlowly(associateRequest({ contexts: CONTEXTS }));
  assert.equal((await scu.next()).kind, 'pdu');
  await sendSlowly(Buffer.concat([dataPdus(1, storeCommand('1.2.3'), true), dataPdus(1, DATASET, false, 4)]));
  await assertAnswered(scu);
  await sendSlowly(RELEASE_REQUEST);
  assert.equal((await scp.ended()).how, 'released');
  assertStored(scp.stored, 1);
});

test('takes a message that the network cuts in two at any byte', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  const message = Buffer.concat([dataPdus(1, storeCommand('1.2.3'), true), dataPdus(1, DATASET, false, 8)]);
  for (let at = 1; at < message.length; at += 1) {
    await new Promise((sent) => scu.socket.write(message.subarray(0, at), sent));
    await new Promise(setImmediate); // the receiver, in this process, reads the first part on its own
    scu.send(message.subarray(at));
    await assertAnswered(scu);
  }
  assertStored(scp.stored, message.length - 1);
});

for (const [maximumPDULength, longest] of [[4096, 4096], [0, Infinity], [16, 16], [8, 8]] as const) {
  test(`answers in PDUs that a peer takes which announces ${maximumPDULength}`, async (t) => {
    const comment = 'x'.repeat(64);
    const scp = await startMemoryScp(t, {
      hooks: {
        openInstance: () => ({
          write: () => undefined,
          end: async () => ({ status: 0xc000, comment }),
          abort: async () => undefined,
        }),
      },
    });
    const scu = await RawScu.associate(scp.port, { maximumPDULength });
    const heard: Buffer[] = [];
    scu.socket.on('data', (bytes: Buffer) => heard.push(bytes));
    const answer = await scu.store('1.2.3', DATASET);
    assert.deepEqual([answer.Status, answer.ErrorComment], [0xc000, comment]);

    const bytes = Buffer.concat(heard);
    for (let at = 0; at < bytes.length; at += 6 + bytes.readUInt32BE(at + 2)) {
      assert.ok(bytes.readUInt32BE(at + 2) <= longest);
    }
  });
}

test('aborts a peer whose PDUs could not hold any answer', async (t) => {
  const scp = await startMemoryScp(t);
  for (const maximumPDULength of [1, 6, 7]) {
    const scu = await RawScu.connect(scp.port);
    scu.send(associateRequest({ maximumPDULength }));
    const answer = await scu.next();
    assert.deepEqual(answer.kind === 'pdu' && [answer.type, ...answer.bytes.subarray(-2)], [0x07, 2, 6]);
  }
  assert.match(scp.rejected[0]?.text ?? '', /no PDU longer than 1 bytes/);
});
