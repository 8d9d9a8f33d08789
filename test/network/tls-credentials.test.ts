import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTlsCredentials, type TlsFiles } from '../../src/network/tls-credentials.ts';
import { wordTlsFault, type TlsFault } from '../../src/network/tls-fault.ts';
import { Authority } from '../rig/certificates.ts';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';

/** The fault that reading ends with, whose wording is complete. */
async function faultOf(files: TlsFiles): Promise<TlsFault> {
  const read = await readTlsCredentials(files);
  assert.ok('reason' in read, 'they were read');
  const { text, remedy } = wordTlsFault(read);
  assert.doesNotMatch(`${text} ${remedy}`, /undefined|error:[0-9A-F]/);
  return read;
}

const secret = (text: string) => ({ readPassphrase: async () => ({ text }) });

test('reads a key, a chain and authorities', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const root = await Authority.make(t);
  const intermediate = await root.makeIntermediate('Intermediate CA');
  const { key, cert } = await intermediate.issue('receiver');
  await writeFile(cert, Buffer.concat([await readFile(cert), Buffer.from('\nan intermediate:\n'), await readFile(intermediate.cert)]));
  const read = await readTlsCredentials({ key, cert, ca: root.cert });
  assert.ok('chain' in read);
  assert.deepEqual(read.chain.map(({ subject }) => subject), ['CN=receiver', 'CN=Intermediate CA']);
  assert.deepEqual(read.authorities.map(({ subject }) => subject), ['CN=Test CA']);
});

test('opens an encrypted key with its passphrase and with no other', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const { key, cert } = await authority.issue('receiver', { passphrase: 'open sesame' });
  assert.ok('chain' in await readTlsCredentials({ key, cert, ...secret('open sesame') }));
  assert.deepEqual(await faultOf({ key, cert, ...secret('sesame') }), { reason: 'passphrase-wrong', file: key });
  assert.deepEqual(await faultOf({ key, cert, ...secret('') }), { reason: 'passphrase-wrong', file: key });
  assert.deepEqual(await faultOf({ key, cert }), { reason: 'key-encrypted', file: key });
  const readPassphrase = async () => ({ fault: 'the environment variable P is not set' });
  assert.deepEqual(await faultOf({ key, cert, readPassphrase }),
    { reason: 'passphrase-missing', text: 'the environment variable P is not set' });
});

test('tells a key that belongs to no certificate of the file from one that belongs to a later one', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const [one, other] = [await authority.issue('one'), await authority.issue('other')];
  const fault = { reason: 'key-of-another', file: one.key, certificateFile: other.cert } as const;
  assert.deepEqual(await faultOf({ key: one.key, cert: other.cert }), fault);
  await writeFile(other.cert, Buffer.concat([await readFile(other.cert), await readFile(one.cert)]));
  assert.deepEqual(await faultOf({ key: one.key, cert: other.cert }), { ...fault, place: 2 });
});

test('says which file cannot be used, and why', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const good = { ...await authority.issue('receiver'), ca: authority.cert };
  const file = join(await temporaryFolder(t), 'file.pem');
  const missing = { reason: 'file-unreadable', file, code: 'ENOENT' } as const;
  for (const part of ['key', 'cert', 'ca']) assert.deepEqual(await faultOf({ ...good, [part]: file }), missing);

  await writeFile(file, await readFile(good.key));
  for (const part of ['cert', 'ca']) {
    assert.deepEqual(await faultOf({ ...good, [part]: file }), { reason: 'no-certificate', file });
  }
  await writeFile(file, await readFile(good.cert));
  assert.equal((await faultOf({ ...good, key: file })).reason, 'key-damaged');

  const text = await readFile(good.cert, 'latin1');
  await writeFile(file, text + text.replace(/\n.{20}/, `\n${'A'.repeat(20)}`));
  const damaged = await faultOf({ ...good, cert: file });
  assert.ok(damaged.reason === 'certificate-damaged');
  assert.equal(damaged.place, 2);
});

test('refuses a key that is too short to be trusted', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const authority = await Authority.make(t);
  const { key, cert } = await authority.issue('receiver', { newKey: ['-newkey', 'rsa:1024'] });
  assert.deepEqual(await faultOf({ key, cert }), { reason: 'too-weak', file: cert, text: 'ee key too small' });
});
