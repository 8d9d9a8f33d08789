import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { exchange, type HttpRequest } from '../../src/network/http-exchange.ts';
import { formatMultipart } from '../../src/network/multipart.ts';

const TIMEOUTS = { connectSeconds: 5, silenceSeconds: 5, totalSeconds: 20 };

async function listen(t: TestContext, listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

async function listenRaw(t: TestContext, onSocket: (socket: Socket) => void): Promise<URL> {
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const get = (url: URL, timeouts = TIMEOUTS): HttpRequest => ({ method: 'GET', url, headers: {}, timeouts });
const whole = async ({ status, body }: { status: number; body: AsyncIterable<Uint8Array> }) => ({ status, text: await text(body) });

async function* pieces(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield Buffer.alloc(size, index);
}

test('what is sent comes whole, with its length announced, and so does the answer', async (t) => {
  const url = await listen(t, async (request, response) => {
    const body = await buffer(request);
    response.end(JSON.stringify([request.method, request.headers['content-length'], request.headers['x-token'], body.length]));
  });
  const request: HttpRequest = {
    method: 'POST', url, headers: { 'x-token': 'abc' }, timeouts: TIMEOUTS,
    body: { contentType: 'text/plain', bytes: 3_000_000, content: pieces(30, 100_000) },
  };
  assert.deepEqual(await exchange(request, whole), { status: 200, text: '["POST","3000000","abc",3000000]' });
});

test('no redirection is followed', async (t) => {
  let asked = 0;
  const url = await listen(t, (_request, response) => {
    asked += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  assert.deepEqual(await exchange(get(url), whole), { status: 302, text: '' });
  assert.equal(asked, 1);
});

test('an answer that comes before all was sent is the answer', async (t) => {
  const url = await listen(t, (_request, response) => void response.writeHead(413).end('too large'));
  const request: HttpRequest = {
    method: 'POST', url, headers: {}, timeouts: TIMEOUTS,
    body: { contentType: 'text/plain', bytes: 2_000_000_000, content: pieces(20_000, 100_000) },
  };
  assert.deepEqual(await exchange(request, whole), { status: 413, text: 'too large' });
});

test('what keeps the body from being read is thrown, and the end of a form is never sent then', async (t) => {
  const url = await listen(t, () => undefined);
  let ended = false;
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(10);
    throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  }
  const file = { field: 'f', fileName: 'f', contentType: 'text/plain', bytes: 20, content: broken() };
  const body = formatMultipart(file, async () => { ended = true; });
  await assert.rejects(exchange({ method: 'POST', url, headers: {}, timeouts: TIMEOUTS, body }, whole), { code: 'EIO' });
  assert.equal(ended, false);
});

test('the end of a form is not thought of before there is a connection', async () => {
  let ended = false;
  const file = { field: 'f', fileName: 'f', contentType: 'text/plain', bytes: 10, content: pieces(1, 10) };
  const body = formatMultipart(file, async () => { ended = true; });
  const url = new URL('http://127.0.0.1:9/');
  const fault = await exchange({ method: 'POST', url, headers: {}, timeouts: TIMEOUTS, body }, whole);
  assert.deepEqual([fault, ended], [{ fault: 'refuses the connection', wasSlow: false }, false]);
});

const SILENT = { connectSeconds: 5, silenceSeconds: 0.3, totalSeconds: 20 };

test('a server that says nothing is waited for as long as said', async (t) => {
  const url = await listenRaw(t, () => undefined);
  assert.deepEqual(await exchange(get(url, SILENT), whole), { fault: 'said nothing for 0.3 s', wasSlow: true });
});

test('one that falls silent within the answer, too', async (t) => {
  const url = await listenRaw(t, (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
  assert.deepEqual(await exchange(get(url, SILENT), whole), { fault: 'said nothing for 0.3 s', wasSlow: true });
});

test('one that drips is ended at the limit for all', async (t) => {
  const url = await listenRaw(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
    const drip = setInterval(() => socket.write('x'), 50);
    socket.once('close', () => clearInterval(drip));
  });
  const fault = await exchange(get(url, { connectSeconds: 5, silenceSeconds: 5, totalSeconds: 1 }), whole);
  assert.deepEqual(fault, { fault: 'did not come to an end within 1 s', wasSlow: true });
});

test('what is no HTTP is told as such', async (t) => {
  const url = await listenRaw(t, (socket) => void socket.end('220 mail.example ESMTP\r\n'));
  const fault = await exchange(get(url), whole);
  assert.ok('fault' in fault && /does not answer in HTTP/.test(fault.fault), JSON.stringify(fault));
});

test('a name that does not resolve is told as such', async () => {
  const fault = await exchange(get(new URL('http://no-such-host.invalid/')), whole);
  assert.ok('fault' in fault && /name that cannot be resolved/.test(fault.fault), JSON.stringify(fault));
});

test('what reads the answer may fail by itself, and stops what comes', async (t) => {
  const url = await listen(t, (_request, response) => void response.end(Buffer.alloc(10_000_000)));
  await assert.rejects(exchange(get(url), async ({ body }) => {
    for await (const _ of body) throw new RangeError('enough');
    return {};
  }), RangeError);
});

test('a connection is kept where all of an answer was read, and told as such where it was closed meanwhile', async (t) => {
  let connections = 0;
  const url = await listenRaw(t, (socket) => {
    connections += 1;
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK');
      socket.once('data', () => socket.destroy());
    });
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const request = { ...get(url), agent };
  assert.deepEqual(await exchange(request, whole), { status: 200, text: 'OK' });
  const fault = await exchange(request, whole);
  assert.deepEqual([fault, connections], [
    { fault: 'closed the connection', wasSlow: false, wasLost: true, wasKept: true }, 1,
  ]);
  await exchange(request, async ({ status }) => ({ status })); // its body is left unread
  await exchange(request, whole);
  assert.equal(connections, 3);
});

test('the caller may stop at any time', async (t) => {
  const url = await listenRaw(t, (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
  const stopping = new AbortController();
  const stopped = { fault: 'was not waited for: stopped', wasSlow: false };
  const within = exchange({ ...get(url), signal: stopping.signal }, async (answer) => {
    stopping.abort();
    return whole(answer);
  });
  assert.deepEqual(await within, stopped);
  assert.deepEqual(await exchange({ ...get(url), signal: AbortSignal.abort() }, whole), stopped);
});
