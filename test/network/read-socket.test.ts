import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { readSocket } from '../../src/network/read-socket.ts';

async function listen(t: TestContext): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return server;
}

/** Connects, and returns both ends. */
async function pairOf(server: Server): Promise<{ client: Socket; accepted: Socket }> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = await once(server, 'connection') as [Socket];
  return { client, accepted };
}

test('this Node.js reads accepted connections into the shared buffer', async (t) => {
  const { client, accepted } = await pairOf(await listen(t));
  assert.equal(readSocket(accepted, () => 'more'), 'shared');
  client.destroy();
  accepted.destroy();
});

test('a socket without those insides is read by its events', async (t) => {
  const { client, accepted } = await pairOf(await listen(t));
  const content = randomBytes(300_000);
  const chunks: Buffer[] = [];
  const foreign = Object.assign(accepted, { encrypted: true }); // as a TLS socket says of itself
  assert.equal(readSocket(foreign, (chunk) => (chunks.push(Buffer.from(chunk)), 'more')), 'events');
  client.end(content);
  await once(accepted, 'end');
  assert.ok(Buffer.concat(chunks).equals(content));
  accepted.destroy();
});

test('several connections at once get their own bytes, in order, though one is held back again and again', async (t) => {
  const server = await listen(t);
  const pairs = [];
  for (let count = 0; count < 5; count += 1) pairs.push(await pairOf(server));
  await Promise.all(pairs.map(async ({ client, accepted }, index) => {
    const content = randomBytes(2_000_000);
    const chunks: Buffer[] = [];
    readSocket(accepted, (chunk) => {
      chunks.push(Buffer.from(chunk));
      if (index !== 0) return 'more';
      setImmediate(() => accepted.resume());
      return 'hold';
    });
    client.end(content);
    await once(accepted, 'end');
    assert.ok(Buffer.concat(chunks).equals(content));
    accepted.end();
    await once(accepted, 'close');
  }));
});

test('nothing more is read while a connection is held back', async (t) => {
  const { client, accepted } = await pairOf(await listen(t));
  let taken = 0;
  const first = new Promise<void>((resolve) => {
    readSocket(accepted, (chunk) => {
      taken += chunk.length;
      resolve();
      return 'hold';
    });
  });
  client.write(Buffer.alloc(50_000_000)); // more than the system's own buffers take
  await first;
  const before = taken;
  const { client: other, accepted: otherAccepted } = await pairOf(await listen(t));
  const done = new Promise<void>((resolve) => readSocket(otherAccepted, () => (resolve(), 'more')));
  other.write('x');
  await done; // the loop has turned since
  assert.equal(taken, before);
  for (const socket of [client, accepted, other, otherAccepted]) socket.destroy();
});
