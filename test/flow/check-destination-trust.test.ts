import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import type { DestinationTls, DicomwebDestination } from '../../src/config/destination.ts';
import { checkDestinationFiles, checkShownCertificate } from '../../src/flow/check/check-destination-trust.ts';
import type { EnvironmentFinding } from '../../src/flow/check/finding.ts';
import type { Station } from '../../src/flow/station.ts';
import { Authority, type CertificateOptions } from '../rig/certificates.ts';
import { requirePeer } from '../rig/peers.ts';
import { startWebServer } from '../rig/web-server.ts';

const told = (findings: readonly EnvironmentFinding[]) => {
  return findings.map(({ level, subject, text, remedy = '' }) => `${level} ${subject}: ${text}; ${remedy}`).join('\n');
};

async function findingsOf(tls: DestinationTls): Promise<string> {
  const destinations = [{ type: 'dicom', name: 'PACS', tls }, { type: 'dicom', name: 'PLAIN' }];
  const configuration = { destinations } as unknown as Station['configuration'];
  return told(await checkDestinationFiles({ configuration, now: () => new Date() } as Station));
}

/** What is shown to the destination, and what is found. */
const CASES: Readonly<Record<string, { options: CertificateOptions; found: RegExp }>> = {
  'a valid certificate': { options: {}, found: /^ok TLS to PACS: shows CN=station, valid until \d{4}-\d\d-\d\d; $/ },
  'an expired certificate': {
    options: { fromDays: -9, toDays: -1 }, found: /^error TLS to PACS: CN=station in \S+ has expired on .*; have it renewed/,
  },
  'one that expires within a month': { options: { toDays: 29.5 }, found: /^warning .* expires on .*, in 29 days; have it/ },
  'one for servers only': {
    options: { extensions: ['extendedKeyUsage=serverAuth'] }, found: /^warning .* is not made out for TLS clients, so dest/,
  },
};

for (const [name, { options, found }] of Object.entries(CASES)) {
  test(`tells of ${name} that is shown to a destination`, async (t) => {
    if (!requirePeer(t, 'openssl')) return;
    const authority = await Authority.make(t);
    assert.match(await findingsOf({ ca: authority.cert, ...await authority.issue('station', options) }), found);
  });
}

test('tells whom a destination is trusted by, where nothing is shown to it', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  assert.equal(await findingsOf({ ca: authority.cert }), 'ok TLS to PACS: trusts CN=Test CA; shows nothing; ');
  assert.equal(await findingsOf({}), 'ok TLS to PACS: trusts those that Node.js trusts; shows nothing; ');
});

test('tells of files that are not there or do not fit, and of a key that others can read', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const [one, other] = [await authority.issue('one'), await authority.issue('other')];
  assert.match(await findingsOf({ ca: '/nowhere' }), /^error TLS to PACS: \/nowhere cannot be read \(ENOENT\)/);
  assert.match(await findingsOf({ key: one.key, cert: other.cert }), /^error .* does not belong to/);
  await chmod(one.key, 0o644);
  assert.match(await findingsOf(one), /^warning TLS to PACS: \S+ is open to every user of this host/);
});

test('tells of passwords and tokens that are not there', async () => {
  const auth = { token: { file: '/nowhere/token' } };
  const destinations = [{ type: 'dicomweb', name: 'WEB', url: 'https://pacs.example', auth }];
  const configuration = { destinations } as unknown as Station['configuration'];
  const findings = await checkDestinationFiles({ configuration, now: () => new Date() } as Station);
  assert.equal(told(findings),
    'error auth of WEB: /nowhere/token cannot be read (ENOENT); put it there, or correct auth in config.json');
});

async function shownBy(t: TestContext, options: CertificateOptions): Promise<string> {
  const authority = await Authority.make(t);
  const server = await startWebServer(t, {
    tls: await authority.issue('pacs', { extensions: ['subjectAltName=IP:127.0.0.1'], ...options }),
  });
  const destination = { type: 'dicomweb', name: 'WEB', url: server.url, tls: { ca: authority.cert } };
  return told(await checkShownCertificate(destination as DicomwebDestination, new Date()));
}

test('tells before the certificate of a destination expires', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  assert.match(await shownBy(t, { toDays: 12.5 }), /^warning destination WEB: CN=pacs that it shows expires on .*, in 12 days/);
  assert.equal(await shownBy(t, { toDays: 90 }), '');
});

test('says nothing of the certificate of a destination that has none, or is not there', async (t) => {
  const server = await startWebServer(t);
  for (const url of [server.url, 'https://127.0.0.1:9/dicom-web']) {
    const destination = { type: 'dicomweb', name: 'WEB', url } as DicomwebDestination;
    assert.deepEqual(await checkShownCertificate(destination, new Date()), []);
  }
});
