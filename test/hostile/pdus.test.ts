// Connections made to harm a receiver: PDUs that lie, requests without end, peers that say nothing, and peers that
// never listen. The receiver is the real command; after each it is the same process, as it was, and takes instances.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ABORT, associateRequest, dataPdus, echoCommand, item, pdu, pdv, RawScu, RELEASE_REQUEST, storeCommand, VERIFICATION,
} from '../rig/raw-scu.ts';
import { openConnection } from './connection.ts';
import { encodeDataset, SERIES } from './datasets.ts';
import { Victim } from './victim.ts';

const ASSOCIATE_ACCEPT = 0x02;
const ASSOCIATE_REJECT = 0x03;
const RELEASE_RESPONSE = 0x06;
const A_ABORT = 0x07;

const COMMAND = 0b01;
const DATA_LAST = 0b10;

function headerClaiming(type: number, length: number): Buffer {
  const header = Buffer.from([type, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(length, 2);
  return header;
}

/** An element of a command set that claims any length. */
function commandElement(element: number, length: number, value = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(element, 2);
  head.writeUInt32LE(length, 4);
  return Buffer.concat([head, value]);
}

const REQUEST = associateRequest();
const STORE = storeCommand(`${SERIES}.1`);
const DATASET = encodeDataset();
const WHOLE_STORE = Buffer.concat([dataPdus(1, STORE, true), dataPdus(1, DATASET, false)]);
const ECHO = dataPdus(1, echoCommand(), true);

/** What is said, and which PDUs come back before the connection is closed. */
const WRONG: Readonly<Record<string, readonly [said: Buffer[], heard: number[]]>> = {
  'an A-ASSOCIATE-RQ of 4 GB': [[headerClaiming(1, 0xffffffff)], [A_ABORT]],
  'a release of 4 GB': [[REQUEST, headerClaiming(5, 0xffffffff)], [ASSOCIATE_ACCEPT, A_ABORT]],
  'a P-DATA-TF of 4 GB': [[REQUEST, headerClaiming(4, 0xffffffff)], [ASSOCIATE_ACCEPT, A_ABORT]],
  'a P-DATA-TF one byte longer than announced': [[REQUEST, headerClaiming(4, 131_073)], [ASSOCIATE_ACCEPT, A_ABORT]],
  'an A-ASSOCIATE-RQ without content': [[headerClaiming(1, 0)], [A_ABORT]],
  'a release without content': [[REQUEST, headerClaiming(5, 0)], [ASSOCIATE_ACCEPT, A_ABORT]],
  'PDU type 0': [[headerClaiming(0, 4)], [A_ABORT]],
  'PDU type 255': [[REQUEST, headerClaiming(255, 4)], [ASSOCIATE_ACCEPT, A_ABORT]],
  'what belongs to TLS': [[Buffer.from('16030100c8010000c40303', 'hex')], [A_ABORT]],
  'what belongs to HTTP': [[Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')], [A_ABORT]],
  'a context that runs past its item': [[pdu(1, Buffer.alloc(68), item(0x20, 'abcdefgh'))], [A_ABORT]],
  'ten thousand contexts': [
    [associateRequest({ contexts: Array.from({ length: 10_000 }, (_, index) =>
      ({ id: index % 256, abstractSyntax: '', transferSyntaxes: [] })) })],
    [A_ABORT],
  ],
  'P-DATA-TF before an association': [[WHOLE_STORE], [A_ABORT]],
  'a second A-ASSOCIATE-RQ': [[REQUEST, REQUEST], [ASSOCIATE_ACCEPT, A_ABORT]],
  'an A-ASSOCIATE-AC': [[REQUEST, pdu(2, Buffer.alloc(68))], [ASSOCIATE_ACCEPT, A_ABORT]],
  'a dataset without a command': [[REQUEST, dataPdus(1, DATASET, false)], [ASSOCIATE_ACCEPT, A_ABORT]],
  'a context nobody accepted': [[REQUEST, dataPdus(3, STORE, true)], [ASSOCIATE_ACCEPT, A_ABORT]],
  'a release within a dataset': [
    [REQUEST, dataPdus(1, STORE, true), pdu(4, pdv(1, 0, DATASET)), RELEASE_REQUEST], [ASSOCIATE_ACCEPT, A_ABORT],
  ],
  'a fragment longer than its PDU': [[REQUEST, pdu(4, Buffer.from([0, 0, 1, 0, 1, 3]))], [ASSOCIATE_ACCEPT, A_ABORT]],
  'a fragment shorter than its head': [[REQUEST, pdu(4, Buffer.from([0, 0, 0, 1, 1, 3]))], [ASSOCIATE_ACCEPT, A_ABORT]],
  'an odd rest behind a fragment': [
    [REQUEST, pdu(4, pdv(1, COMMAND, STORE), Buffer.alloc(5))], [ASSOCIATE_ACCEPT, A_ABORT],
  ],
  'a command of megabytes': [
    [REQUEST, ...Array.from({ length: 40 }, () => pdu(4, pdv(1, COMMAND, Buffer.alloc(100_000))))],
    [ASSOCIATE_ACCEPT, A_ABORT],
  ],
  'a command whose element claims 4 GB': [
    [REQUEST, dataPdus(1, commandElement(0x0100, 0xffffffff), true)], [ASSOCIATE_ACCEPT, A_ABORT],
  ],
  'a command whose MessageID has three bytes': [
    [REQUEST, dataPdus(1, Buffer.concat([STORE, commandElement(0x0110, 3, Buffer.alloc(3))]), true, 1000)],
    [ASSOCIATE_ACCEPT, A_ABORT],
  ],
  'data after a release': [[REQUEST, RELEASE_REQUEST, WHOLE_STORE], [ASSOCIATE_ACCEPT, RELEASE_RESPONSE]],
  'data after an abort': [[REQUEST, ABORT, WHOLE_STORE], [ASSOCIATE_ACCEPT]],
  'another application context': [[associateRequest({ applicationContext: '../..' })], [ASSOCIATE_REJECT]],
};

test('a PDU that is wrong ends its connection with what is right, and harms nobody else', async (t) => {
  const victim = await Victim.start(t, { artimSeconds: 1, associations: 100 });
  await Promise.all(Object.entries(WRONG).map(async ([what, [said, heard]]) => {
    assert.deepEqual(await openConnection(victim.port, ...said).closed, heard, what);
  }));
  await victim.assertWell();
});

test('a command whose group length lies is read by its elements', async (t) => {
  const victim = await Victim.start(t);
  for (const lie of [0, 1, 3, 0x7fffffff, 0xffffffff]) {
    const command = Buffer.from(STORE);
    command.writeUInt32LE(lie, 8);
    const scu = await RawScu.associate(victim.port);
    scu.send(dataPdus(1, command, true), dataPdus(1, DATASET, false));
    const answer = await scu.next();
    assert.equal(answer.kind === 'command' && answer.command.Status, 0);
    await scu.release();
  }
  await victim.assertWell();
});

test('requests of a quarter of a megabyte hold up nobody', async (t) => {
  const victim = await Victim.start(t, { artimSeconds: 1 });
  const names = Array.from({ length: 10_000 }, (_, index) => String(index));
  const transferSyntaxes = names.slice(0, 7000);
  const requests = [
    associateRequest({ contexts: [1, 3, 5].map((id) => ({ id, transferSyntaxes })) }),
    associateRequest({ contexts: [{ id: 1, transferSyntaxes: Array<string>(9000).fill('1.2') }] }),
    associateRequest({ userItems: names.slice(0, 5000).map((name) => item(0x54, Buffer.concat([Buffer.from([0, 4]),
      Buffer.from(name.padEnd(4)), Buffer.from([1, 1])]))) }),
    associateRequest({ applicationContext: `1${' '.repeat(65_000)}1` }),
  ];
  const connections = [...requests, ...requests].map((request) => openConnection(victim.port, request));
  await victim.storeNormally();
  for (const { socket } of connections) socket.destroy();
  await victim.assertWell();
});

test('hundreds of connections that are opened and left keep nobody out', async (t) => {
  const victim = await Victim.start(t, { associations: 16, artimSeconds: 30 });
  const connections = Array.from({ length: 600 }, () => openConnection(victim.port));
  await Promise.all(connections.map(({ socket }) => once(socket, 'connect')));
  for (let count = 0; count < 5; count += 1) await victim.storeNormally();
  const stuck = Array.from({ length: 200 }, () => openConnection(victim.port, headerClaiming(9, 0)));
  await Promise.all(stuck.map(({ socket }) => once(socket, 'connect')));
  for (let count = 0; count < 5; count += 1) await victim.storeNormally();
  for (const { socket } of [...connections, ...stuck]) socket.destroy();
  await victim.assertWell();
});

test('a peer that says its request byte by byte is cut off by the ARTIM timer', async (t) => {
  const victim = await Victim.start(t, { artimSeconds: 1 });
  const connections = Array.from({ length: 30 }, () => openConnection(victim.port));
  const trickles = connections.map(async ({ socket, closed }) => {
    for (let at = 0; !socket.destroyed && at < REQUEST.length; at += 1) {
      socket.write(REQUEST.subarray(at, at + 1));
      await Promise.race([closed, delay(100)]); // as slow as that is what it is about
    }
    return closed;
  });
  await victim.storeNormally();
  for (const heard of await Promise.all(trickles)) assert.deepEqual(heard, []);
  await victim.assertWell();
});

test('thousands of connections that come and go at once leave nothing behind', async (t) => {
  const victim = await Victim.start(t);
  for (let round = 0; round < 30; round += 1) {
    const connections = Array.from({ length: 100 }, () => openConnection(victim.port, REQUEST));
    for (const [index, { socket }] of connections.entries()) {
      socket.once('connect', () => (index % 2 === 0 ? socket.destroy() : socket.resetAndDestroy()));
    }
    await Promise.all(connections.map(({ closed }) => closed));
  }
  await victim.assertWell();
});

test('tens of thousands of requests that wait for no answer are answered in bounded memory', async (t) => {
  const victim = await Victim.start(t);
  const count = 20_000;
  const scu = await RawScu.associate(victim.port, { contexts: [{ id: 1, abstractSyntax: VERIFICATION }] });
  scu.send(...Array<Buffer>(count).fill(ECHO), RELEASE_REQUEST);
  let answered = 0;
  for (let heard = await scu.next(); heard.kind === 'command'; heard = await scu.next()) answered += 1;
  assert.equal(answered, count);
  scu.socket.destroy();
  await victim.assertWell();
});

test('peers that ask half a million times at once leave others their turn', async (t) => {
  const victim = await Victim.start(t);
  const request = associateRequest({ contexts: [{ id: 1, abstractSyntax: VERIFICATION }] });
  const flood = Buffer.concat(Array<Buffer>(100_000).fill(ECHO));
  const connections = Array.from({ length: 5 }, () => openConnection(victim.port, request, flood));
  await Promise.all(connections.map(({ heard }) => heard));
  const seconds = await victim.storeNormally();
  assert.ok(seconds < 6, `a sender that behaves waited ${seconds} s`);
  for (const { socket } of connections) socket.destroy();
  await victim.assertWell();
});

test('a peer that asks and asks and never listens costs no memory, and is left after the idle time', async (t) => {
  const victim = await Victim.start(t, { idleSeconds: 2, artimSeconds: 1 });
  const contexts = [{ id: 1, abstractSyntax: VERIFICATION }];
  const connections = Array.from({ length: 3 }, () => openConnection(victim.port, associateRequest({ contexts })));
  const flood = Buffer.concat(Array<Buffer>(10_000).fill(ECHO));
  for (const { socket } of connections) {
    socket.pause();
    for (let count = 0; count < 10; count += 1) socket.write(flood);
  }
  await victim.storeNormally();
  await victim.assertWell(); // its descriptors are those of before: the peers were left
  for (const { socket } of connections) socket.destroy();
});

test('millions of fragments of no or one byte take no memory', async (t) => {
  const victim = await Victim.start(t, { associations: 50 });
  const nothing = (control: number, count: number) => Array<Buffer>(count).fill(pdv(1, control, Buffer.alloc(0)));
  const empty = pdu(4, ...nothing(COMMAND, 20_000));
  const crumbs = pdu(4, ...nothing(COMMAND, 10_000), pdv(1, COMMAND, Buffer.alloc(1)));
  const data = pdu(4, ...nothing(0, 10_000), pdv(1, 0, Buffer.alloc(1)));
  const connections = [
    openConnection(victim.port, REQUEST, ...Array<Buffer>(250).fill(empty)),
    openConnection(victim.port, REQUEST, ...Array<Buffer>(400).fill(crumbs)),
    openConnection(victim.port, REQUEST, dataPdus(1, STORE, true), ...Array<Buffer>(900).fill(data)),
  ];
  await Promise.all(connections.map(async ({ socket }) => {
    if (socket.writableLength > 0) await once(socket, 'drain');
  }));
  await victim.assertServes();
  for (const { socket } of connections) socket.destroy();
  await victim.assertWell();
});

test('a dataset without end is passed over once it was refused', async (t) => {
  const victim = await Victim.start(t, { objectBytes: 1_000_000 });
  const scu = await RawScu.associate(victim.port);
  scu.send(dataPdus(1, STORE, true));
  const part = pdu(4, pdv(1, 0, Buffer.alloc(100_000)));
  for (let count = 0; count < 2000; count += 1) {
    if (!scu.socket.write(part)) await once(scu.socket, 'drain');
  }
  scu.send(pdu(4, pdv(1, DATA_LAST, Buffer.alloc(2))));
  const answer = await scu.next();
  assert.equal(answer.kind === 'command' && answer.command.Status, 0xc000);
  await scu.release();
  await victim.assertWell();
});
