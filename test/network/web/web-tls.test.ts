// DICOMweb over TLS: certificates good and bad, and addresses that say http for https or the other way round.

import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { test } from 'node:test';
import { failureText } from '../../../src/job/failure-text.ts';
import { isTemporary } from '../../../src/job/failure.ts';
import type { TlsClientFiles } from '../../../src/network/tls-client.ts';
import { storeOverWeb } from '../../../src/network/web/store-over-web.ts';
import { Authority, type CertificateOptions } from '../../rig/certificates.ts';
import { requirePeer, temporaryFolder } from '../../rig/peers.ts';
import { startWebServer, type TestWebServer } from '../../rig/web-server.ts';
import { makeInstances } from '../instances.ts';

const LOCALHOST = { extensions: ['subjectAltName=IP:127.0.0.1'] };
const TIMEOUTS = { connectSeconds: 5, silenceSeconds: 5, totalSeconds: 20 };

/** Sends three instances. @returns what kept them from being stored */
async function faultOf(
  t: Parameters<typeof temporaryFolder>[0], server: TestWebServer, tls?: TlsClientFiles, url = server.url,
): Promise<string | undefined> {
  const instances = await makeInstances(await temporaryFolder(t), 3);
  const peer = { url, timeouts: TIMEOUTS, ...(tls === undefined ? {} : { tls }) };
  const { failure, hold } = await storeOverWeb(peer, instances, { limits: { bytes: 1e6, instances: 10 } }, {
    answered: async (result) => assert.ok('status' in result && result.status === 0),
  });
  if (failure === undefined) return undefined;
  assert.ok(isTemporary(failure) && hold === undefined, JSON.stringify(failure));
  assert.equal(server.asked.length, 0, 'nothing was sent');
  return failureText(failure);
}

test('instances go over TLS, on one connection, to a server that is verified', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const server = await startWebServer(t, { tls: await authority.issue('pacs', LOCALHOST) });
  assert.equal(await faultOf(t, server, { ca: authority.cert }), undefined);
  assert.deepEqual(server.asked.map(({ connection }) => connection), [1, 1]);
});

test('a server is taken by the name that its certificate has, where that is given', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const server = await startWebServer(t, { tls: await authority.issue('PACS') });
  assert.equal(await faultOf(t, server, { ca: authority.cert, serverName: 'PACS' }), undefined);
});

const REFUSED: Readonly<Record<string, { shown: CertificateOptions; trusts?: string; text: RegExp }>> = {
  'has expired': { shown: { ...LOCALHOST, fromDays: -9, toDays: -1 }, text: /has expired; have it renewed there/ },
  'is of an unknown authority': { shown: LOCALHOST, trusts: 'Stranger', text: /not signed by one of .*into ca/ },
  'is of another name': { shown: { extensions: ['subjectAltName=DNS:b.example'] }, text: /another name \(DNS:b\.example, not 127/ },
};

for (const [what, { shown, trusts, text }] of Object.entries(REFUSED)) {
  test(`a certificate that ${what} is refused before anything is sent, and tried again later`, async (t) => {
    if (!requirePeer(t, 'openssl')) return;
    const authority = await Authority.make(t);
    const server = await startWebServer(t, { tls: await authority.issue('pacs', shown) });
    const ca = trusts === undefined ? authority.cert : (await Authority.make(t, trusts)).cert;
    assert.match(await faultOf(t, server, { ca }) ?? '', text);
  });
}

test('only the authorities of Node.js are trusted where none are given', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const server = await startWebServer(t, { tls: await authority.issue('pacs', LOCALHOST) });
  assert.match(await faultOf(t, server) ?? '', /not signed by one of those that are trusted/);
});

test('an address with the wrong one of http and https is told as such', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const plain = await startWebServer(t);
  const secure = await startWebServer(t, { tls: await authority.issue('pacs', LOCALHOST) });
  const toPlain = await faultOf(t, plain, { ca: authority.cert }, plain.url.replace('http:', 'https:'));
  assert.match(toPlain ?? '', /does not speak TLS there; give its port for TLS, or take away tls \(http:\/\/ for https:\/\/\)/);
  const toSecure = await faultOf(t, secure, undefined, secure.url.replace('https:', 'http:'));
  assert.match(toSecure ?? '', /https:\/\/ may be meant|closed the connection/);
});

test('a certificate that is renewed in its place is trusted by the next try', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const [old, renewed] = [await Authority.make(t, 'Old'), await Authority.make(t, 'New')];
  const server = await startWebServer(t, { tls: await renewed.issue('pacs', LOCALHOST) });
  assert.match(await faultOf(t, server, { ca: old.cert }) ?? '', /not signed/);
  await copyFile(renewed.cert, old.cert);
  assert.equal(await faultOf(t, server, { ca: old.cert }), undefined);
});
