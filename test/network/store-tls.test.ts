// C-STORE and C-ECHO over TLS: DCMTK's storescp with certificates good and bad, and peers that speak none.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { failureText } from '../../src/job/failure-text.ts';
import { isTemporary, type Failure } from '../../src/job/failure.ts';
import { echo } from '../../src/network/echo-scu.ts';
import type { Peer } from '../../src/network/peer.ts';
import type { TlsClientFiles } from '../../src/network/tls-client.ts';
import { Authority, type CertificateOptions, type KeyPair } from '../rig/certificates.ts';
import { requirePeer, startStorescp, temporaryFolder } from '../rig/peers.ts';
import { startTcpServer } from '../rig/scripted-scp.ts';
import { describeInstance, makeInstances, peerAt, send, statusesOf } from './instances.ts';

const LOCALHOST = { extensions: ['subjectAltName=DNS:localhost,IP:127.0.0.1'] };

function securePeer(port: number, tls: TlsClientFiles, timeouts: Partial<Peer['timeouts']> = {}): Peer {
  return { ...peerAt(port, timeouts), tls };
}

/** storescp that shows a certificate, and wants one of the same authority. */
async function startSecureStorescp(t: TestContext, authority: Authority, own: KeyPair, ...args: readonly string[]) {
  return startStorescp(t, { args: ['+tls', own.key, own.cert, '+cf', authority.cert, ...args] });
}

async function failureOf(peer: Peer): Promise<Failure> {
  const answer = await echo(peer);
  assert.ok('reason' in answer, JSON.stringify(answer));
  return answer;
}

async function listenTls(t: TestContext, options: TlsOptions): Promise<number> {
  const server = createTlsServer(options, (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A file without its file meta information. */
async function datasetOf(file: string): Promise<Buffer> {
  return (await readFile(file)).subarray((await describeInstance(file)).datasetOffset);
}

test('instances go over TLS as they are, to a peer that wants our certificate', async (t) => {
  if (!requirePeer(t, 'storescp', 'openssl')) return;
  const authority = await Authority.make(t);
  const [own, ours] = await Promise.all([authority.issue('pacs', LOCALHOST), authority.issue('station')]);
  const scp = await startSecureStorescp(t, authority, own, '--require-peer-cert', '--bit-preserving');
  const instances = await makeInstances(await temporaryFolder(t), 5, 300_000);
  const peer = securePeer(scp.port, { ca: authority.cert, own: ours });
  const { answers, outcome } = await send(peer, instances);
  assert.deepEqual([outcome, statusesOf(answers)], [{}, [0, 0, 0, 0, 0]]);
  for (const { file, SOPInstanceUID } of instances) {
    const stored = await datasetOf(`${scp.directory}/CT.${SOPInstanceUID}`);
    assert.ok(stored.equals(await datasetOf(file)), SOPInstanceUID);
  }
  assert.ok('echoed' in await echo(peer));
});

test('an encrypted key is opened by its passphrase', async (t) => {
  if (!requirePeer(t, 'storescp', 'openssl')) return;
  const authority = await Authority.make(t);
  const own = await authority.issue('pacs', LOCALHOST);
  const ours = await authority.issue('station', { passphrase: 'open sesame' });
  const scp = await startSecureStorescp(t, authority, own, '--require-peer-cert');
  const withPassphrase = (text: string) => {
    return securePeer(scp.port, { ca: authority.cert, own: { ...ours, readPassphrase: async () => ({ text }) } });
  };
  assert.ok('echoed' in await echo(withPassphrase('open sesame')));
  assert.equal((await failureOf(withPassphrase('sesame'))).reason, 'tls-unusable');
});

/** What storescp shows, what we trust or show, and what we are told. */
const REFUSED: Readonly<Record<string, {
  readonly shown?: CertificateOptions;
  /** Instead of the authority's. */
  readonly trusts?: 'nobody it knows' | 'those of Node.js';
  readonly serverName?: string;
  readonly text: RegExp;
}>> = {
  'has expired': { shown: { ...LOCALHOST, fromDays: -10, toDays: -1 }, text: /has expired; have it renewed there/ },
  'is not valid yet': { shown: { ...LOCALHOST, fromDays: 1, toDays: 9 }, text: /is not valid yet; look at the clocks/ },
  'is of an unknown authority': { trusts: 'nobody it knows', text: /not signed by one of those that are trusted.*into ca/ },
  'is of the site, and only those of Node.js are trusted': {
    trusts: 'those of Node.js', text: /not signed by one of those that are trusted.*into ca/,
  },
  'is of another address': {
    shown: { extensions: ['subjectAltName=IP:127.0.0.2'] }, text: /another name \(IP Address:127\.0\.0\.2, not 127\.0\.0\.1\)/,
  },
  'names no address at all': { shown: { extensions: [] }, text: /another name .*tls\.serverName/ },
  'is of another name than tls.serverName': { serverName: 'pacs.example', text: /not pacs\.example/ },
  'is not for servers': { shown: { extensions: [...LOCALHOST.extensions, 'extendedKeyUsage=clientAuth'] }, text: /serverAuth/ },
  'has a key that is too short': {
    shown: { ...LOCALHOST, newKey: ['-newkey', 'rsa:1024'] }, text: /too weak|breaks off|cannot be talked to/,
  },
};

for (const [what, { shown = LOCALHOST, trusts, serverName, text }] of Object.entries(REFUSED)) {
  test(`a certificate that ${what} is refused before anything is sent, and tried again later`, async (t) => {
    if (!requirePeer(t, 'openssl')) return;
    const authority = await Authority.make(t);
    const own = await authority.issue('pacs', shown);
    const port = await listenTls(t, {
      key: await readFile(own.key), cert: await readFile(own.cert), ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    const stranger = trusts === 'nobody it knows' ? await Authority.make(t, 'Stranger') : authority;
    const failure = await failureOf(securePeer(port, {
      ...(trusts === 'those of Node.js' ? {} : { ca: stranger.cert }),
      ...(serverName === undefined ? {} : { serverName }),
    }));
    assert.equal(failure.reason, 'tls-refused');
    assert.match(failureText(failure), text);
    assert.ok(isTemporary(failure));
  });
}

test('a certificate without addresses is taken by the name that it is made out to', async (t) => {
  if (!requirePeer(t, 'storescp', 'openssl')) return;
  const authority = await Authority.make(t);
  const scp = await startSecureStorescp(t, authority, await authority.issue('PACS'), '--ignore-peer-cert');
  assert.ok('echoed' in await echo(securePeer(scp.port, { ca: authority.cert, serverName: 'PACS' })));
});

test('a peer that wants a certificate says so to who shows none, and to who shows one of a stranger', async (t) => {
  if (!requirePeer(t, 'storescp', 'openssl')) return;
  const authority = await Authority.make(t);
  const stranger = await (await Authority.make(t, 'Stranger')).issue('station');
  const scp = await startSecureStorescp(t, authority, await authority.issue('pacs', LOCALHOST), '--require-peer-cert');
  const none = await failureOf(securePeer(scp.port, { ca: authority.cert }));
  assert.match(failureText(none), /wants a certificate of ours; give tls\.cert and tls\.key/);
  const strange = await failureOf(securePeer(scp.port, { ca: authority.cert, own: stranger }));
  assert.match(failureText(strange), /does not accept the certificate that we show \(unknown ca\)/);
});

test('a peer without TLS is not talked to in plain instead', async (t) => {
  if (!requirePeer(t, 'storescp', 'openssl')) return;
  const authority = await Authority.make(t);
  const scp = await startStorescp(t);
  const failure = await failureOf(securePeer(scp.port, { ca: authority.cert }));
  assert.equal(failure.reason, 'tls-refused');
  assert.match(failureText(failure), /does not speak TLS there|may not speak TLS there/);
});

test('a peer that wants TLS and is called without is told as such', async (t) => {
  if (!requirePeer(t, 'storescp', 'openssl')) return;
  const authority = await Authority.make(t);
  const own = await authority.issue('pacs', LOCALHOST);
  const scp = await startSecureStorescp(t, authority, own, '--ignore-peer-cert');
  assert.match(failureText(await failureOf(peerAt(scp.port))), /expects? TLS/);
  const { port } = await startTcpServer(t, (socket) => {
    socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 70]))); // alert: protocol version
  });
  assert.match(failureText(await failureOf(peerAt(port))), /expects TLS there; give tls for it/);
});

test('a peer that says nothing in the handshake is waited for as long as said', async (t) => {
  const { port } = await startTcpServer(t, () => undefined);
  const failure = await failureOf(securePeer(port, {}, { connectSeconds: 0.3 }));
  assert.match(failureText(failure), /no end of the TLS handshake within 0\.3 s/);
});

test('files that are not there are told with their names, and nobody is called', async () => {
  const own = { key: '/nowhere/key.pem', cert: '/nowhere/cert.pem' };
  const failure = await failureOf(securePeer(9, { own }));
  assert.equal(failure.reason, 'tls-unusable');
  assert.match(failureText(failure), /\/nowhere\/key\.pem cannot be read \(ENOENT\); put it there/);
});
