// Who is let in at the TLS port and who is not, by real clients: DCMTK's echoscu, openssl s_client, curl.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { connect as connectSecurely } from 'node:tls';
import { Authority, type CertificateOptions } from '../rig/certificates.ts';
import { requirePeer, runPeer } from '../rig/peers.ts';
import { associateRequest, type Heard } from '../rig/raw-scu.ts';
import { startReceiver, type ReceiverOptions, type RunningReceiver } from '../rig/receiver.ts';
import { connectTls, dcmtkTls, makeTls, type TestTls } from '../rig/tls.ts';

async function start(t: TestContext, options: ReceiverOptions = {}): Promise<{ tls: TestTls; receiver: RunningReceiver }> {
  const tls = await makeTls(t);
  return { tls, receiver: await startReceiver(t, { tls: tls.receiver, ...options }) };
}

async function echo(port: number, options: readonly string[]): Promise<number | null> {
  return (await runPeer('echoscu', [...options, '-to', '5', '-ta', '5', '127.0.0.1', String(port)])).exitCode;
}

/** The one event that tells why somebody was refused. */
async function refusal(receiver: RunningReceiver): Promise<string> {
  const [event] = await receiver.happened('association-rejected');
  assert.equal(event?.address, '127.0.0.1');
  return event.text;
}

const PROFILES: Readonly<Record<string, string>> = {
  'BCP 195': '+px', 'Non-downgrading BCP 195': '+py', 'Extended BCP 195': '+pz',
};

for (const [profile, option] of Object.entries(PROFILES)) {
  test(`answers echoscu in the profile ${profile}`, async (t) => {
    if (!requirePeer(t, 'echoscu', 'openssl')) return;
    const { tls, receiver } = await start(t);
    assert.equal(await echo(receiver.tlsPort, [...dcmtkTls(tls.sender, tls.authority), option]), 0);
    const [{ how } = {}] = await receiver.happened('association-ended');
    assert.equal(how, 'released');
  });
}

test('lets in who shows no certificate where none is required, and shows its own', async (t) => {
  if (!requirePeer(t, 'echoscu', 'openssl')) return;
  const { authority, receiver: own } = await makeTls(t);
  const receiver = await startReceiver(t, { tls: { key: own.key, cert: own.cert, requireClientCertificate: false } });
  assert.equal(await echo(receiver.tlsPort, ['+tla', '+cf', authority.cert]), 0);
  const other = await Authority.make(t, 'Other CA');
  assert.notEqual(await echo(receiver.tlsPort, ['+tla', '+cf', other.cert]), 0);
  assert.equal(await refusal(receiver), 'the peer does not accept our certificate: unknown ca');
});

/** Clients that are refused, by the name of the test: what openssl s_client is given, and what the log says. */
const REFUSED: Readonly<Record<string, {
  args?: readonly string[]; certificate?: CertificateOptions; isForeign?: true; text: RegExp;
}>> = {
  'with a certificate of another authority': { isForeign: true, text: /certificate is not signed by one of tls\.ca/ },
  'with an expired certificate': { certificate: { fromDays: -9, toDays: -1 }, text: /^the peer's certificate has expired$/ },
  'with a certificate of tomorrow': { certificate: { fromDays: 1, toDays: 9 }, text: /certificate is not valid yet$/ },
  'with a certificate for servers only': {
    certificate: { extensions: ['extendedKeyUsage=serverAuth'] }, text: /certificate is not made out for TLS clients$/,
  },
  'with a key of 1024 bits': {
    certificate: { newKey: ['-newkey', 'rsa:1024'] }, args: ['-cipher', 'DEFAULT:@SECLEVEL=0'],
    text: /certificate is refused; its key or signature may be too weak/,
  },
  'that speaks TLS 1.1 at best': {
    certificate: {}, args: ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'], text: /^the peer speaks no TLS from 1\.2 on$/,
  },
  'whose suites have no forward secrecy': {
    certificate: {}, args: ['-tls1_2', '-cipher', 'AES256-GCM-SHA384'], text: /offers no cipher suite of BCP 195/,
  },
  'whose suites do not authenticate what they encrypt': {
    certificate: {}, args: ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-SHA256'], text: /offers no cipher suite of BCP 195/,
  },
  'without a certificate, in TLS 1.2': { args: ['-tls1_2'], text: /^the peer showed no certificate$/ },
  'without a certificate, in TLS 1.3': { args: ['-tls1_3'], text: /^the peer showed no certificate$/ },
};

for (const [name, { args = [], certificate, isForeign, text }] of Object.entries(REFUSED)) {
  test(`refuses a client ${name}, and says why`, async (t) => {
    if (!requirePeer(t, 'openssl')) return;
    const { tls, receiver } = await start(t);
    const signer = isForeign ? await Authority.make(t, 'Other CA') : tls.authority;
    const pair = isForeign || certificate !== undefined ? await signer.issue('client', certificate) : undefined;
    const shown = pair === undefined ? [] : ['-key', pair.key, '-cert', pair.cert];
    await runPeer('openssl', ['s_client', '-connect', `127.0.0.1:${receiver.tlsPort}`, ...shown, ...args]);
    assert.match(await refusal(receiver), text);
    await assertStillWell(receiver, tls);
  });
}

function isAccepted(heard: Heard): boolean {
  return heard.kind === 'pdu' && heard.type === 0x02;
}

/** One refusal, nothing else, and the next sender is let in. */
async function assertStillWell(receiver: RunningReceiver, tls: TestTls): Promise<void> {
  const scu = await connectTls(receiver.tlsPort, tls);
  scu.send(associateRequest());
  assert.ok(isAccepted(await scu.next()));
  await scu.release();
  assert.equal(receiver.events.filter(({ event }) => event === 'association-rejected').length, 1);
}

test('refuses plain DICOM and HTTP at the TLS port', async (t) => {
  if (!requirePeer(t, 'echoscu', 'openssl')) return;
  const { tls, receiver } = await start(t);
  assert.notEqual(await echo(receiver.tlsPort, []), 0);
  assert.equal(await refusal(receiver), 'the peer does not speak TLS; plain DICOM belongs to the other port');
  await assertStillWell(receiver, tls);
  await assert.rejects(fetch(`http://127.0.0.1:${receiver.tlsPort}/`));
  const [, second] = await receiver.happened('association-rejected', 2);
  assert.equal(second?.text, 'the peer speaks HTTP');
});

test('refuses TLS at the plain port', async (t) => {
  if (!requirePeer(t, 'echoscu', 'openssl')) return;
  const { tls, receiver } = await start(t);
  assert.notEqual(await echo(receiver.port, dcmtkTls(tls.sender, tls.authority)), 0);
  assert.equal(await refusal(receiver), 'the peer speaks TLS, which belongs to another port');
});

test('a handshake has as long as an association may take to be asked for', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const { receiver } = await start(t, { limits: { artimSeconds: 0.3 } });
  const silent = connect(receiver.tlsPort, '127.0.0.1');
  const slow = connect(receiver.tlsPort, '127.0.0.1');
  slow.write(Buffer.from([0x16, 0x03, 0x01]));
  await Promise.all([silent, slow].map((socket) => once(socket.resume(), 'close', { signal: AbortSignal.timeout(10_000) })));
  const texts = (await receiver.happened('association-rejected', 2)).map(({ text }) => text);
  assert.deepEqual(texts, Array(2).fill('the TLS handshake took too long'));
});

test('who has shaken hands and asks for nothing is not kept either', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const { tls, receiver } = await start(t, { limits: { artimSeconds: 0.3 } });
  const scu = await connectTls(receiver.tlsPort, tls);
  assert.deepEqual(await scu.next(), { kind: 'closed' });
  assert.equal(await refusal(receiver), 'no association was asked for within 0.3 s');
});

test('a peer that breaks off the handshake is told of, one that only looks whether somebody listens is not', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const { tls, receiver } = await start(t);
  for (const bytes of ['', '\x16\x03\x01']) {
    const socket = connect(receiver.tlsPort, '127.0.0.1');
    socket.end(bytes, 'latin1');
    await once(socket.resume(), 'close');
  }
  assert.equal(await refusal(receiver), 'the peer closed the connection during the TLS handshake');
  await assertStillWell(receiver, tls);
});

/** What a client begins with. */
async function captureClientHello(t: TestContext): Promise<Buffer> {
  const listener = createServer().listen(0, '127.0.0.1');
  t.after(() => listener.close());
  await once(listener, 'listening');
  const client = connectSecurely({ port: (listener.address() as AddressInfo).port, host: '127.0.0.1' });
  client.on('error', () => undefined);
  const [socket] = await once(listener, 'connection') as [Socket];
  const [hello] = await once(socket, 'data') as [Buffer];
  socket.destroy();
  return hello;
}

test('handshakes that are cut off, reset or made of nonsense at any place do no harm', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const { tls, receiver } = await start(t, { limits: { artimSeconds: 1 } });
  const hello = await captureClientHello(t);
  const attempts = Array.from({ length: 150 }, async (_, number) => {
    const bytes = Buffer.from(hello);
    const place = (number * 7) % hello.length;
    const socket = connect(receiver.tlsPort, '127.0.0.1');
    socket.on('error', () => undefined); // 'close' follows
    await once(socket, 'connect');
    const closed = once(socket.resume(), 'close', { signal: AbortSignal.timeout(20_000) });
    switch (number % 3) {
      case 0:
        socket.write(bytes.subarray(0, place), () => socket.resetAndDestroy());
        break;
      case 1:
        bytes[place] = (bytes[place] ?? 0) ^ (1 + (number % 255));
        socket.end(bytes);
        break;
      default:
        socket.end(Buffer.concat([bytes, bytes.subarray(place)]));
    }
    await closed;
  });
  await Promise.all(attempts);
  for (let time = 0; time < 20; time += 1) {
    const socket = connect(receiver.tlsPort, '127.0.0.1');
    const scu = await connectTls(receiver.tlsPort, tls, { socket });
    if (time % 2 === 1) scu.send(associateRequest());
    socket.resetAndDestroy();
  }
  const scu = await connectTls(receiver.tlsPort, tls);
  scu.send(associateRequest());
  assert.ok(isAccepted(await scu.next()));
  await scu.release();
});
