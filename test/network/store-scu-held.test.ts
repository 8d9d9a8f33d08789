// What a sender holds after many tries at destinations that misbehave: no descriptor, no memory.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { memoryHeld } from '../rig/memory-held.ts';
import { freePort, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp, startTcpServer } from '../rig/scripted-scp.ts';
import { makeInstances, peerAt, send } from './instances.ts';

const WARM_UP = 20;
const TRIES = 150;
/** What such a destination of this process keeps for its test among them. */
const MOST_BYTES = 4_000_000;

/** A destination, and when it has closed all its ends of connections, which are descriptors of this process too. */
interface Bad {
  readonly port: number;
  idle(): Promise<void>;
}

const REJECTION_FOR_NOW = Buffer.from([0x03, 0, 0, 0, 0, 4, 0, 2, 3, 2]);

/** Each bad in its own way. */
const BAD: { readonly [What: string]: (t: TestContext) => Promise<Bad> } = {
  'that nobody listens at': async () => ({ port: await freePort(), idle: async () => undefined }),
  'that closes the connection': (t) => startTcpServer(t, (socket) => socket.destroy()),
  'that answers nonsense': (t) => startTcpServer(t, (socket) => socket.resume().end('HTTP/1.1 400\r\n\r\n')),
  'that rejects': (t) => startTcpServer(t, (socket) => socket.once('data', () => socket.end(REJECTION_FOR_NOW))),
  'that accepts no context': (t) => startScriptedScp(t, { answerContext: () => ({ result: 3, TransferSyntaxUID: '' }) }),
  'that is gone in the middle of an instance': (t) => startScriptedScp(t, { seen: (_bytes, socket) => void socket.destroy() }),
  'that answers another message': (t) => startScriptedScp(t, { respond: () => ({ MessageIDBeingRespondedTo: 4711 }) }),
};

for (const [what, open] of Object.entries(BAD)) {
  test(`a destination ${what} costs no descriptor and no memory, however often it is tried`, async (t) => {
    const { port, idle } = await open(t);
    const instances = await makeInstances(await temporaryFolder(t), 2, 2000);
    const tryOften = async (times: number): Promise<void> => {
      for (let count = 0; count < times; count += 1) {
        const { outcome, answers } = await send(peerAt(port), instances);
        const failed = 'failure' in outcome || answers.every((answer) => 'failure' in answer);
        assert.ok(failed, JSON.stringify({ outcome, answers }));
      }
      await idle();
    };
    await tryOften(WARM_UP);
    const [descriptors, bytes] = [readdirSync('/proc/self/fd').length, memoryHeld()];
    await tryOften(TRIES);
    const moreDescriptors = readdirSync('/proc/self/fd').length - descriptors;
    assert.ok(moreDescriptors <= 2, `${moreDescriptors} descriptors more are open`);
    const more = memoryHeld() - bytes;
    assert.ok(more < MOST_BYTES, `${more} bytes more are held`);
  });
}
