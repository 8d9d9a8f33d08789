// How long the receiver waits for a peer, and what it does then. The limits are fractions of a second here.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';
import { SUCCESS } from '../../src/dicom/status.ts';
import type { InstanceSink } from '../../src/network/store-hooks.ts';
import { startMemoryScp } from '../rig/memory-scp.ts';
import {
  associateRequest, dataPdus, echoCommand, pdu, pdv, RawScu, RELEASE_REQUEST, storeCommand, VERIFICATION, type Heard,
} from '../rig/raw-scu.ts';

const A_ASSOCIATE_RJ = 0x03;
const A_RELEASE_RP = 0x06;
const A_ABORT = 0x07;
const NOBODY = { callingAETitle: '', calledAETitle: '', address: '127.0.0.1' };

/** Waits until a connection has been closed. @returns the types of the PDUs that came before */
async function typesUntilClosed(scu: RawScu): Promise<number[]> {
  const types: number[] = [];
  for (;;) {
    const heard: Heard = await scu.next();
    if (heard.kind === 'closed') return types;
    if (heard.kind === 'pdu') types.push(heard.type);
  }
}

const UNFINISHED: Readonly<Record<string, Buffer>> = {
  'says nothing': Buffer.alloc(0),
  'sends half a request': associateRequest().subarray(0, 100),
  'announces a request and sends none of it': associateRequest().subarray(0, 6),
};

for (const [what, bytes] of Object.entries(UNFINISHED)) {
  test(`a connection that ${what} is closed when the ARTIM timer ends, and the log is told`, async (t) => {
    const scp = await startMemoryScp(t, { limits: { artimSeconds: 0.2 } });
    const scu = await RawScu.connect(scp.port);
    if (bytes.length > 0) scu.send(bytes);
    assert.deepEqual(await typesUntilClosed(scu), []);
    assert.deepEqual(scp.rejected, [{ peer: NOBODY, text: 'no association was asked for within 0.2 s' }]);
  });
}

test('a connection that is closed again at once, as by who looks whether the port is open, is no event', async (t) => {
  const scp = await startMemoryScp(t, { limits: { artimSeconds: 0.1 } });
  const scu = await RawScu.connect(scp.port);
  scu.socket.end();
  assert.deepEqual(await typesUntilClosed(scu), []);
  await (await RawScu.associate(scp.port)).release();
  await scp.ended();
  await pass(200); // longer than the ARTIM timer would have run
  assert.deepEqual(scp.rejected, []);
});

test('an association on which nothing happens is aborted when the idle limit is reached', async (t) => {
  const scp = await startMemoryScp(t, { limits: { idleSeconds: 0.2 } });
  const scu = await RawScu.associate(scp.port);
  const answer = await scu.next();
  assert.ok(answer.kind === 'pdu' && answer.type === A_ABORT);
  assert.deepEqual([...answer.bytes.subarray(-2)], [0, 0]);
  const { how, text } = await scp.ended();
  assert.deepEqual([how, text], ['aborted', 'the peer sent nothing for 0.2 s']);
});

test('a peer that goes silent within an object is aborted, and nothing of the object is kept', async (t) => {
  const scp = await startMemoryScp(t, { limits: { idleSeconds: 0.2 } });
  const scu = await RawScu.associate(scp.port);
  scu.send(dataPdus(1, storeCommand('1.2.3'), true), pdu(0x04, pdv(1, 0, Buffer.alloc(1000))));
  const { how, text, instances } = await scp.ended();
  assert.deepEqual([how, text, instances], ['aborted', 'the peer sent nothing for 0.2 s', 0]);
  assert.deepEqual([scp.stored.length, scp.abandoned.length], [0, 1]);
});

test('a scanner that pauses below the limit is kept, between objects and within one', async (t) => {
  const scp = await startMemoryScp(t, { limits: { idleSeconds: 2, artimSeconds: 0.1 } });
  const scu = await RawScu.associate(scp.port);
  const bytes = Buffer.alloc(3000, 1);
  scu.send(dataPdus(1, storeCommand('1.2.3'), true));
  for (let at = 0; at < bytes.length; at += 1000) {
    await pass(700);
    scu.send(pdu(0x04, pdv(1, at + 1000 < bytes.length ? 0 : 0b10, bytes.subarray(at, at + 1000))));
  }
  const answer = await scu.next();
  assert.equal(answer.kind === 'command' && answer.command.Status, SUCCESS);
  for (let count = 0; count < 3; count += 1) {
    await pass(700);
    assert.equal((await scu.store('1.2.3', bytes)).Status, SUCCESS);
  }
  await scu.release();
  assert.deepEqual([(await scp.ended()).how, scp.stored.length], ['released', 4]);
});

test('a peer that does not read our answers is aborted when the idle limit is reached', async (t) => {
  const scp = await startMemoryScp(t, { limits: { idleSeconds: 0.3, artimSeconds: 0.2 } });
  const scu = await RawScu.associate(scp.port, { contexts: [{ id: 1, abstractSyntax: VERIFICATION }] });
  scu.socket.pause();
  const many = Buffer.concat(Array.from({ length: 1000 }, () => dataPdus(1, echoCommand(), true)));
  const fill = (error?: Error | null) => {
    if (!error) scu.socket.write(many, fill);
  };
  fill();
  const { how, text } = await scp.ended();
  assert.deepEqual([how, text], ['aborted', 'the peer took no answer for 0.3 s']);
  scu.socket.destroy();
});

test('a disk slower than the idle limit costs no association; a peer that then says nothing does', async (t) => {
  let release: () => void = () => undefined;
  const sink: InstanceSink = {
    write: () => new Promise((resolve) => { release = resolve; }),
    end: async () => ({ status: SUCCESS }),
    abort: async () => undefined,
  };
  const scp = await startMemoryScp(t, { limits: { idleSeconds: 0.2 }, hooks: { openInstance: () => sink } });
  const scu = await RawScu.associate(scp.port);
  scu.send(dataPdus(1, storeCommand('1.2.3'), true), pdu(0x04, pdv(1, 0, Buffer.alloc(1000))));
  const ended = scp.ended();
  assert.equal(await Promise.race([ended, pass(700, 'kept')]), 'kept');
  release();
  assert.equal((await ended).text, 'the peer sent nothing for 0.2 s');
  assert.ok((await scu.next()).kind === 'pdu');
});

const LEAVERS = {
  'a rejection': { request: { applicationContext: '1.2.3' }, bytes: Buffer.alloc(0), answer: A_ASSOCIATE_RJ },
  'a release': { request: {}, bytes: RELEASE_REQUEST, answer: A_RELEASE_RP },
  'an abort': { request: {}, bytes: pdu(0x09), answer: A_ABORT },
};

for (const [what, { request, bytes, answer }] of Object.entries(LEAVERS)) {
  test(`a peer that keeps its connection open after ${what} loses it when the ARTIM timer ends`, async (t) => {
    const scp = await startMemoryScp(t, { limits: { artimSeconds: 0.2 } });
    const scu = await RawScu.connect(scp.port);
    scu.socket.allowHalfOpen = true; // it does not close when the receiver does
    scu.send(associateRequest(request));
    if (bytes.length > 0) {
      await scu.next();
      scu.send(bytes);
    }
    const heard = await scu.next();
    assert.equal(heard.kind === 'pdu' && heard.type, answer);
    const closed = new Promise((resolve) => scu.socket.once('close', resolve));
    // A connection that is gone at the other end answers with a reset.
    const knocking = setInterval(() => scu.socket.write(Buffer.from([0])), 50);
    await closed;
    clearInterval(knocking);
    await (await RawScu.associate(scp.port)).release();
  });
}

test('a connection is watched by TCP keepalive, so that a peer that was switched off is noticed', async (t) => {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port);
  const hex = (port: number | undefined) => (port ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const ends = [`0100007F:${hex(scp.port)}`, `0100007F:${hex(scu.socket.localPort)}`].join(' ');
  const line = readFileSync('/proc/net/tcp', 'utf8').split('\n').find((one) => one.includes(ends)) ?? '';
  // The sixth word is `<timer>:<jiffies left>`; timer 2 is keepalive (proc(5), tcp_diag).
  assert.match(line.trim().split(/\s+/)[5] ?? '', /^02:/);
  await scu.release();
});
