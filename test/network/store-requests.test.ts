// Commands as peers really send them: every DIMSE operation, at the edges of what its elements may hold.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNRECOGNIZED_OPERATION } from '../../src/dicom/status.ts';
import { encodeCommandSet, NO_DATASET, WITH_DATASET, type CommandSet } from '../../src/network/command-set.ts';
import { startMemoryScp } from '../rig/memory-scp.ts';
import { CT_IMAGE_STORAGE, dataPdus, echoCommand, RawScu, storeCommand, VERIFICATION } from '../rig/raw-scu.ts';

const DATASET = Buffer.from('dataset!');

/** Sends a command, and a dataset where it announces one, and waits for its response. */
async function answerTo(scu: RawScu, command: Buffer, hasDataset: boolean, contextId = 1): Promise<CommandSet> {
  scu.send(dataPdus(contextId, command, true));
  if (hasDataset) scu.send(dataPdus(contextId, Buffer.alloc(50_000), false));
  const answer = await scu.next();
  assert.ok(answer.kind === 'command', JSON.stringify(answer));
  assert.equal(answer.presentationContextID, contextId);
  return answer.command;
}

/** What the receiver does not offer, by PS3.7 section E.1; the last is none of the standard's. */
const OTHER_OPERATIONS: Readonly<Record<string, number>> = {
  'C-GET': 0x0010, 'C-FIND': 0x0020, 'C-MOVE': 0x0021, 'N-EVENT-REPORT': 0x0100, 'N-GET': 0x0110, 'N-SET': 0x0120,
  'N-ACTION': 0x0130, 'N-CREATE': 0x0140, 'N-DELETE': 0x0150, 'an operation to come': 0x0666,
};

for (const [what, CommandField] of Object.entries(OTHER_OPERATIONS)) {
  test(`answers ${what} as unrecognized, passes over its dataset, and stores the next instance`, async (t) => {
    const scp = await startMemoryScp(t);
    const scu = await RawScu.associate(scp.port);
    for (const CommandDataSetType of [WITH_DATASET, NO_DATASET]) {
      const answer = await answerTo(scu, encodeCommandSet({
        CommandField, CommandDataSetType, MessageID: 7, RequestedSOPClassUID: CT_IMAGE_STORAGE,
        RequestedSOPInstanceUID: '1.2.3', ActionTypeID: 1, EventTypeID: 1,
      }), CommandDataSetType === WITH_DATASET);
      assert.equal(answer.Status, UNRECOGNIZED_OPERATION);
      assert.equal(answer.CommandField, CommandField | 0x8000);
      assert.equal(answer.MessageIDBeingRespondedTo, 7);
      assert.equal(answer.CommandDataSetType, NO_DATASET);
    }
    assert.equal((await scu.store('1.2.3', DATASET)).Status, 0);
    assert.equal(scp.stored.length, 1);
    await scu.release();
  });
}

const STORE_REQUESTS: Readonly<Record<string, CommandSet>> = {
  'MessageID 0': { MessageID: 0 },
  'MessageID 65535': { MessageID: 0xffff },
  'no Priority': { Priority: undefined },
  'a Priority of no meaning': { Priority: 99 },
  'the originator of a C-MOVE': {
    MoveOriginatorApplicationEntityTitle: 'WORKSTATION', MoveOriginatorMessageID: 0xffff,
  },
  'another CommandDataSetType than most': { CommandDataSetType: 0xfefe },
  'CommandDataSetType 1': { CommandDataSetType: 1 },
};

for (const [what, elements] of Object.entries(STORE_REQUESTS)) {
  test(`stores by a request with ${what}`, async (t) => {
    const scp = await startMemoryScp(t);
    const scu = await RawScu.associate(scp.port);
    const answer = await scu.store('1.2.3', DATASET, elements);
    assert.deepEqual([answer.Status, answer.MessageIDBeingRespondedTo], [0, elements.MessageID ?? 1]);
    assert.deepEqual(scp.stored[0]?.bytes, DATASET);
  });
}

for (const padding of ['\0', ' ', '  ', '\0\0']) {
  test(`reads UIDs padded with ${JSON.stringify(padding)}`, async (t) => {
    const scp = await startMemoryScp(t);
    const scu = await RawScu.associate(scp.port);
    const answer = await scu.store(`1.2.3${padding}`, DATASET, { AffectedSOPClassUID: CT_IMAGE_STORAGE + padding });
    assert.deepEqual([answer.AffectedSOPClassUID, answer.AffectedSOPInstanceUID], [CT_IMAGE_STORAGE, '1.2.3']);
    assert.equal(scp.stored[0]?.request.AffectedSOPClassUID, CT_IMAGE_STORAGE);
    assert.equal(scp.stored[0]?.request.AffectedSOPInstanceUID, '1.2.3');
  });
}

test('does not mind a CommandGroupLength that is wrong or missing, nor elements that it does not know', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  const command = storeCommand('1.2.3');
  const wrong = Buffer.from(command);
  wrong.writeUInt32LE(3, 8);
  const recognitionCode = Buffer.from([0, 0, 0x01, 0x40, 2, 0, 0, 0, 0x41, 0x20]); // (0000,4001), of ACR-NEMA
  for (const one of [wrong, command.subarray(12), Buffer.concat([command, recognitionCode])]) {
    scu.send(dataPdus(1, one, true), dataPdus(1, DATASET, false));
    const answer = await scu.next();
    assert.equal(answer.kind === 'command' && answer.command.Status, 0);
  }
  assert.equal(scp.stored.length, 3);
});

test('answers C-ECHO between instances, in its own context and in that of the instances', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port, { contexts: [{ id: 1 }, { id: 3, abstractSyntax: VERIFICATION }] });
  for (const contextId of [3, 1, 3]) {
    assert.equal((await scu.store('1.2.3', DATASET)).Status, 0);
    const echoed = await answerTo(scu, echoCommand({ MessageID: 9 }), false, contextId);
    assert.deepEqual([echoed.Status, echoed.CommandField], [0, 0x8030]);
  }
  await scu.release();
  assert.equal((await scp.ended()).instances, 3);
});

test('a C-CANCEL between the instances changes nothing, and has no response', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  const cancel = encodeCommandSet({
    CommandField: 0x0fff, MessageIDBeingRespondedTo: 1, CommandDataSetType: NO_DATASET,
  });
  for (const MessageID of [1, 2, 3]) {
    scu.send(dataPdus(1, cancel, true));
    assert.equal((await scu.store('1.2.3', DATASET, { MessageID })).MessageIDBeingRespondedTo, MessageID);
  }
  await scu.release();
  assert.equal((await scp.ended()).refused, 0);
});

test('waits for a peer that pauses again and again within an object, each time less than the idle limit', async (t) => {
  const scp = await startMemoryScp(t, { limits: { idleSeconds: 1.5 } });
  const scu = await RawScu.associate(scp.port);
  const message = Buffer.concat([dataPdus(1, storeCommand('1.2.3'), true), dataPdus(1, DATASET, false)]);
  const cuts = [0, 3, 60, message.length - 2, message.length];
  for (const [index, cut] of cuts.slice(1).entries()) {
    scu.send(message.subarray(cuts[index], cut));
    await new Promise((resolve) => setTimeout(resolve, 600));
  }
  const answer = await scu.next();
  assert.equal(answer.kind === 'command' && answer.command.Status, 0);
  await scu.release();
  assert.equal((await scp.ended()).how, 'released');
});
