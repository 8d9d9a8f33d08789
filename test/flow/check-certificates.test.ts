import assert from 'node:assert/strict';
import { appendFile, chmod, copyFile, readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { checkCertificates } from '../../src/flow/check/check-certificates.ts';
import type { Station } from '../../src/flow/station.ts';
import { Authority, type CertificateOptions, type KeyPair } from '../rig/certificates.ts';
import { requirePeer } from '../rig/peers.ts';
import { makeReceiver } from '../rig/receiver.ts';
import { makeStation } from '../rig/station.ts';

/** What is found, one line each. */
async function findingsOf(own: KeyPair, ca: KeyPair): Promise<string[]> {
  const tls = { key: own.key, cert: own.cert, ca: ca.cert, requireClientCertificate: true };
  const configuration = { receiver: makeReceiver('/data', { tls }) } as Station['configuration'];
  const findings = await checkCertificates({ configuration, now: () => new Date() } as Station);
  return findings.map(({ level, subject, text, remedy = '' }) => `${level} ${subject}: ${text}; ${remedy}`);
}

async function findingsOfIssued(t: TestContext, options: CertificateOptions): Promise<string[]> {
  const authority = await Authority.make(t);
  return findingsOf(await authority.issue('receiver', options), authority);
}

function assertOne(findings: readonly string[], pattern: RegExp): void {
  assert.equal(findings.length, 1, findings.join('\n'));
  assert.match(findings[0] ?? '', pattern);
}

/** By the name of the test: what the certificate is made with, and what is found. */
const CASES: Readonly<Record<string, { options: CertificateOptions; found: RegExp }>> = {
  'a valid certificate': { options: {}, found: /^ok TLS certificate: CN=receiver, valid until \d{4}-\d\d-\d\d; $/ },
  'an expired certificate': {
    options: { fromDays: -9, toDays: -1 }, found: /^error TLS certificate: CN=receiver in \S+ has expired on .*; have it renewed/,
  },
  'a certificate that expires within a month': {
    options: { toDays: 29.5 }, found: /^warning TLS certificate: CN=receiver in \S+ expires on .*, in 29 days; have it renewed/,
  },
  'a certificate that expires tomorrow': { options: { toDays: 1.5 }, found: /^warning .*, in one day; / },
  'a certificate that is valid for longer than a month': { options: { toDays: 31 }, found: /^ok / },
  'a certificate of tomorrow': {
    options: { fromDays: 1 }, found: /^error TLS certificate: CN=receiver in \S+ is not valid before .*; wait until then/,
  },
  'a certificate for clients only': {
    options: { extensions: ['extendedKeyUsage=clientAuth'] }, found: /^warning .* is not made out for TLS servers/,
  },
  'a certificate for clients and servers': {
    options: { extensions: ['extendedKeyUsage=clientAuth,serverAuth'] }, found: /^ok /,
  },
};

for (const [name, { options, found }] of Object.entries(CASES)) {
  test(`tells of ${name}`, async (t) => {
    if (!requirePeer(t, 'openssl')) return;
    assertOne(await findingsOfIssued(t, options), found);
  });
}

test('tells of a key that does not belong to the certificate, and of files that are not there', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const [one, other] = [await authority.issue('one'), await authority.issue('other')];
  assertOne(await findingsOf({ key: one.key, cert: other.cert }, authority), /^error .* does not belong to .*; put there what/);
  assertOne(await findingsOf({ ...one, key: '/nowhere' }, authority), /^error .*\/nowhere cannot be read \(ENOENT\); put it/);
});

test('tells of an intermediate certificate that is missing, and of one that does not belong to the chain', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const root = await Authority.make(t);
  const intermediate = await root.makeIntermediate('Intermediate CA');
  const stranger = await root.makeIntermediate('Another CA');
  const own = await intermediate.issue('receiver');
  await appendFile(root.cert, await readFile(intermediate.cert));
  assertOne(await findingsOf(own, root), /^warning .* lacks the intermediate certificate CN=Intermediate CA,.*; append it/);
  await appendFile(own.cert, await readFile(intermediate.cert));
  assertOne(await findingsOf(own, root), /^ok /);
  await appendFile(own.cert, await readFile(stranger.cert));
  assertOne(await findingsOf(own, root), /^warning .*CN=Another CA in \S+ has signed none of those before it; take it out/);
});

test('tells of an authority that has expired: those whom it signed are refused', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const root = await Authority.make(t);
  const expired = await root.issue('Old CA', { fromDays: -9, toDays: -1, extensions: ['basicConstraints=critical,CA:TRUE'] });
  assertOne(await findingsOf(await root.issue('receiver'), expired), /^warning TLS authority: CN=Old CA in \S+ has expired/);
});

test('tells of a key that every user of the host can read', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const own = await authority.issue('receiver');
  await chmod(own.key, 0o644);
  assertOne(await findingsOf(own, authority), /^warning TLS key: \S+ is open to every user of this host \(mode 644\); chmod o-rwx/);
});

test('dts check looks at the certificates of the station and of its sites, and ends with 65', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const [good, expired] = [await authority.issue('station'), await authority.issue('site', { fromDays: -9, toDays: -1 })];
  await copyFile(authority.cert, `${authority.cert}.crt`);
  const station = await makeStation(t, {
    receiver: {
      tls: { ...good, ca: `${authority.cert}.crt` },
      SITES: { PROJ: { DICOMPORT: 11113, DATADIR: '/nowhere', tls: { port: 2763, ...expired, ca: authority.cert } } },
    },
  });
  const { status, stdout } = await station.dts(['check', '--offline']);
  assert.equal(status, 65);
  assert.match(stdout, /^ok +TLS certificate: CN=station, valid until/m);
  assert.match(stdout, /^error +site PROJ: TLS certificate: CN=site in \S+ has expired on/m);
});
