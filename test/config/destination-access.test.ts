// What `tls`, `auth` and `url` of destinations must say, and where problems with them are told.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { formatEffectiveConfiguration } from '../../src/config/format-configuration.ts';
import { load, problemsOf, streamWith } from './configuration-directory.ts';

const WEB = { type: 'dicomweb', url: 'https://pacs.example/dicom-web' };
const DICOM = { AETitle: 'PACS', IP: 'pacs.example', PORT: 2762 };
const USER = { username: 'dts', password: 'hunter2' };

const filesWith = (...destination: readonly object[]) => ({ 'config.json': { Streams: [streamWith({ destination })] } });

/** What is wrong with a destination, by the name of the test: what each problem's line must match. */
const CASES: Readonly<Record<string, { destination: object; problems: readonly RegExp[] }>> = {
  'no address': { destination: { type: 'dicomweb' }, problems: [/destination\[0\]\.url: missing key/] },
  'an address that is none': { destination: { ...WEB, url: 'pacs.example' }, problems: [/\.url.*http:\/\/ or https:/] },
  'an address with a user': {
    destination: { ...WEB, url: 'https://dts:hunter2@pacs.example/' }, problems: [/\.url: the address has more than host/],
  },
  'an address with a question': { destination: { ...WEB, url: 'https://pacs.example/?a=b' }, problems: [/\.url: the addr/] },
  'the keys of a DICOM node': {
    destination: { ...WEB, AETitle: 'PACS', PORT: 104 }, problems: [/AETitle: unknown key/, /PORT: unknown key/],
  },
  'a user without a password': {
    destination: { ...WEB, auth: { username: 'dts' } }, problems: [/\.auth.*"username".*or \{"token": …\}/],
  },
  'a user and a token': { destination: { ...WEB, auth: { ...USER, token: 't' } }, problems: [/\.auth.*"token"/] },
  'nothing to show': { destination: { ...WEB, auth: {} }, problems: [/\.auth.*expected \{"username"/] },
  'a password over http': {
    destination: { ...WEB, url: 'http://pacs.example/', auth: USER },
    problems: [/\.auth: the address begins with http:\/\/.*expected an address beginning with https.*"allowPlainHTTP": true/],
  },
  'a token over http to what only begins like this host': {
    destination: { ...WEB, url: 'http://127.0.0.1.example/', auth: { token: 't' } }, problems: [/\.auth: the address/],
  },
  'a key without a certificate': {
    destination: { ...DICOM, tls: { key: '/k' } }, problems: [/tls\.key: `key` stands alone.*expected `cert` beside it/],
  },
  'a certificate without a key': { destination: { ...WEB, tls: { cert: '/c' } }, problems: [/tls\.cert: `cert` stands/] },
  'files of TLS that are not absolute': { destination: { ...DICOM, tls: { ca: 'ca.pem' } }, problems: [/tls\.ca.*absolute/] },
  'a way to turn verification off': {
    destination: { ...DICOM, tls: { verify: false } }, problems: [/tls\.verify: unknown key/],
  },
  'requests of nothing': { destination: { ...WEB, batchBytes: 0, batchInstances: 0 }, problems: [/batchBytes/, /batchInst/] },
};

for (const [name, { destination, problems }] of Object.entries(CASES)) {
  test(`tells ${name}`, async (t) => {
    const found = await problemsOf(t, filesWith(destination));
    assert.equal(found.length, problems.length, found.join('\n'));
    problems.forEach((problem, index) => assert.match(found[index] ?? '', problem));
    assert.equal(found.join().includes('hunter2'), false);
  });
}

async function notesOf(t: TestContext, destination: object): Promise<string[]> {
  return (await load(t, filesWith(destination))).notes.map(({ path, message }) => `${path}: ${message}`);
}

test('tells what has no effect', async (t) => {
  const plain = { ...WEB, url: 'http://localhost:8042/dicom-web' };
  const cases: readonly [object, RegExp][] = [
    [{ ...plain, tls: {} }, /\.tls: not used: the address begins with http:/],
    [{ ...WEB, auth: { ...USER, allowPlainHTTP: true } }, /allowPlainHTTP: not used/],
    [{ ...DICOM, tls: { passphrase: 'p' } }, /tls\.passphrase: not used: there is no `key`/],
  ];
  for (const [destination, note] of cases) assert.match((await notesOf(t, destination)).join('\n'), note);
});

test('a password may go over http to this host, and elsewhere where that was said', async (t) => {
  for (const url of ['http://localhost/', 'http://127.0.0.1:8042/', 'http://[::1]:8042/']) {
    assert.deepEqual(await problemsOf(t, filesWith({ ...WEB, url, auth: USER })), [], url);
  }
  const said = { ...WEB, url: 'http://pacs.example/', auth: { ...USER, allowPlainHTTP: true } };
  assert.deepEqual(await problemsOf(t, filesWith(said)), []);
});

test('a DICOMweb destination is called by its host, or by more of it, and its address ends without a stroke', async (t) => {
  const { configuration } = await load(t, filesWith(
    { ...WEB, url: 'https://pacs.example/dicom-web//' }, { ...WEB, url: 'https://other.example:8443/a' },
    { ...WEB, url: 'https://other.example:8443/b' }, { ...WEB, name: 'named' },
  ));
  assert.deepEqual(configuration.destinations.map(({ name }) => name),
    ['pacs.example', 'other.example-8443-a', 'other.example-8443-b', 'named']);
  const [first] = configuration.destinations;
  assert.equal(first?.type === 'dicomweb' && first.url, 'https://pacs.example/dicom-web');
});

test('no secret of a destination is shown', async (t) => {
  const tls = { key: '/k', cert: '/c', passphrase: 'open sesame' };
  const { configuration } = await load(t, filesWith(
    { ...WEB, auth: USER, tls }, { ...WEB, url: 'https://b.example', auth: { token: 'a-token' } }, { ...DICOM, tls },
  ));
  assert.doesNotMatch(formatEffectiveConfiguration(configuration), /hunter2|a-token|open sesame/);
});
