// What comes in over TLS is kept like everything else, and a renewed certificate costs nobody a connection.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { readFileMeta } from '../../../src/dicom/file-meta.ts';
import { runReceiver } from '../../../src/flow/receive/receive.ts';
import { Layout } from '../../../src/spool/layout.ts';
import { makeInstance, makeInstances } from '../../network/instances.ts';
import { Authority, replacePair } from '../../rig/certificates.ts';
import { freePort, requirePeer, runPeer, temporaryFolder } from '../../rig/peers.ts';
import { associateRequest, dataPdus, pdu, pdv, RawScu, storeCommand } from '../../rig/raw-scu.ts';
import { filesBelow, makeReceiver, startReceiver, type RunningReceiver } from '../../rig/receiver.ts';
import { connectTls, dcmtkTls, makeTls } from '../../rig/tls.ts';

/** The bytes behind the file meta information. */
async function datasetOf(file: string): Promise<Buffer> {
  const meta = await readFileMeta(file);
  assert.ok(!('notDicom' in meta));
  return (await readFile(file)).subarray(meta.datasetOffset);
}

/** An established association. */
async function associate(scu: RawScu): Promise<RawScu> {
  scu.send(associateRequest());
  const answer = await scu.next();
  assert.equal(answer.kind === 'pdu' && answer.type, 0x02);
  return scu;
}

/** The serial number of the certificate that the receiver shows. */
function serialNumberShownTo({ socket }: RawScu): string {
  assert.ok(socket instanceof TLSSocket);
  return socket.getPeerCertificate().serialNumber;
}

async function archived({ layout }: RunningReceiver): Promise<string[]> {
  return (await filesBelow(layout.archive)).map((file) => join(layout.archive, file));
}

test('keeps what senders send with TLS and without at once, each byte as it came', async (t) => {
  if (!requirePeer(t, 'storescu', 'openssl')) return;
  const tls = await makeTls(t);
  const receiver = await startReceiver(t, { tls: tls.receiver });
  const sent = await makeInstances(await temporaryFolder(t), 12, 1_000_000);
  const files = sent.map(({ file }) => file);
  const secure = dcmtkTls(tls.sender, tls.authority);
  const ended = await Promise.all([
    runPeer('storescu', [...secure, '127.0.0.1', String(receiver.tlsPort), ...files.slice(0, 4)]),
    runPeer('storescu', [...secure, '127.0.0.1', String(receiver.tlsPort), ...files.slice(4, 8)]),
    runPeer('storescu', ['127.0.0.1', String(receiver.port), ...files.slice(8)]),
  ]);
  for (const { exitCode, output } of ended) assert.equal(exitCode, 0, output);
  const kept = await archived(receiver);
  assert.equal(kept.length, 12);
  for (const file of kept) {
    const original = sent.find(({ SOPInstanceUID }) => file.endsWith(`/${SOPInstanceUID}.dcm`));
    assert.ok((await datasetOf(file)).equals(await datasetOf(original?.file ?? '')), file);
  }
});

test('says where it listens for TLS', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const tls = await makeTls(t);
  const receiver = await startReceiver(t, { tls: tls.receiver });
  const state = JSON.parse(await readFile(receiver.layout.receiverState, 'utf8'));
  assert.deepEqual([state.port, state.tlsPort], [receiver.port, receiver.tlsPort]);
  const [loaded] = await receiver.happened('certificate-loaded');
  assert.deepEqual([loaded?.file, loaded?.subject], [tls.receiver.cert, 'CN=receiver']);
  const [started] = await receiver.happened('receiver-started');
  assert.equal(started?.tlsPort, receiver.tlsPort);
});

test('does not start where the TLS port is taken, and lets go of the other', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const tls = await makeTls(t);
  const first = await startReceiver(t, { tls: tls.receiver });
  const datadir = await temporaryFolder(t);
  const port = await freePort();
  const ended = await runReceiver({
    receiver: makeReceiver(datadir, { port, tls: { ...tls.receiver, port: first.tlsPort } }),
    layout: new Layout(datadir),
    events: { write: ({ event }) => assert.equal(event, 'certificate-loaded') },
    signal: new AbortController().signal,
  });
  assert.deepEqual(ended, { reason: 'address-in-use', address: '127.0.0.1', port: first.tlsPort });
  await startReceiver(t, { port });
});

test('the limit of associations counts both ports together', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const tls = await makeTls(t);
  const receiver = await startReceiver(t, { tls: tls.receiver, limits: { associations: 2 } });
  await RawScu.associate(receiver.port);
  const secure = await associate(await connectTls(receiver.tlsPort, tls));
  for (const more of [await RawScu.connect(receiver.port), await connectTls(receiver.tlsPort, tls)]) {
    more.send(associateRequest());
    const answer = await more.next();
    assert.deepEqual(answer.kind === 'pdu' && [...answer.bytes.subarray(7)], [2, 3, 2]);
  }
  await secure.release();
  await receiver.happened('association-ended');
  await RawScu.associate(receiver.port);
});

test('on SIGTERM finishes the instance in flight over TLS, answers it, keeps no handshake waiting', { timeout: 60_000 }, async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const tls = await makeTls(t);
  const receiver = await startReceiver(t, { tls: tls.receiver });
  const { file, SOPInstanceUID } = await makeInstance(await temporaryFolder(t), 1, 1_000_000);
  const bytes = await datasetOf(file);
  const halfWay = await RawScu.connect(receiver.tlsPort);
  halfWay.send(Buffer.from([0x16, 0x03, 0x01]));
  const busy = await associate(await connectTls(receiver.tlsPort, tls));
  busy.send(dataPdus(1, storeCommand(SOPInstanceUID), true));
  for (let at = 0; at < 800_000; at += 100_000) busy.send(pdu(0x04, pdv(1, 0, bytes.subarray(at, at + 100_000))));
  // A block of it is on disk.
  while ((await filesBelow(receiver.layout.temp)).length === 0) await new Promise(setImmediate);

  const stopped = receiver.stop();
  busy.send(dataPdus(1, bytes.subarray(800_000), false));
  const answer = await busy.next();
  assert.equal(answer.kind === 'command' && answer.command.Status, 0);
  assert.equal(await stopped, 'stopped');
  assert.deepEqual(await halfWay.next(), { kind: 'closed' });
  assert.ok((await datasetOf((await archived(receiver))[0] ?? '')).equals(bytes));
  assert.deepEqual(receiver.events.filter(({ event }) => event === 'association-rejected'), []);
});

test('a connection that somebody meddles with is broken off, and nothing of it is kept', { timeout: 20_000 }, async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const tls = await makeTls(t);
  const receiver = await startReceiver(t, { tls: tls.receiver });
  const { file, SOPInstanceUID } = await makeInstance(await temporaryFolder(t), 1, 1_000_000);
  const meddler = createServer((socket) => {
    const onward = connect(receiver.tlsPort, '127.0.0.1');
    let passed = 0;
    socket.on('data', (chunk: Buffer) => {
      const place = 500_000 - passed;
      if (place >= 0 && place < chunk.length) chunk[place] = (chunk[place] ?? 0) ^ 1;
      passed += chunk.length;
      onward.write(chunk);
    });
    onward.pipe(socket).on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  t.after(() => meddler.close());
  await once(meddler, 'listening');
  const scu = await associate(await connectTls((meddler.address() as AddressInfo).port, tls));
  await assert.rejects(scu.store(SOPInstanceUID, await datasetOf(file)), /closed/);
  const [ended] = await receiver.happened('association-ended');
  assert.deepEqual([ended?.how, ended?.instances, ended?.text], ['lost', 0, 'decryption failed or bad record mac']);
  assert.deepEqual([await archived(receiver), await filesBelow(receiver.layout.temp)], [[], []]);
});

test('shows a renewed certificate to who calls from then on, and breaks off nobody meanwhile', { timeout: 60_000 }, async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const tls = await makeTls(t);
  const receiver = await startReceiver(t, { tls: tls.receiver, lookAtCertificatesSeconds: 0.02 });
  const folder = await temporaryFolder(t);
  const instances = await makeInstances(folder, 3, 100_000);
  const datasets = await Promise.all(instances.map(({ file }) => datasetOf(file)));
  const store = async (scu: RawScu, index: number) => {
    const { Status } = await scu.store(instances[index]?.SOPInstanceUID ?? '', datasets[index] ?? Buffer.alloc(0));
    assert.equal(Status, 0);
  };
  const before = await associate(await connectTls(receiver.tlsPort, tls));
  const oldNumber = serialNumberShownTo(before);

  const shown = new Set<string>();
  const senders = instances.map(async (_, index) => {
    do {
      const scu = await associate(await connectTls(receiver.tlsPort, tls));
      shown.add(serialNumberShownTo(scu));
      await store(scu, index);
      await scu.release();
    } while (shown.size === 1);
  });
  const renewed = await tls.authority.issue('receiver');
  await replacePair(tls.receiver, renewed);
  await receiver.happened('certificate-loaded', 2);
  const after = await connectTls(receiver.tlsPort, tls);
  await Promise.all(senders);
  assert.notEqual(serialNumberShownTo(after), oldNumber);
  assert.deepEqual(shown, new Set([oldNumber, serialNumberShownTo(after)]));
  await store(before, 0);
  assert.equal(serialNumberShownTo(before), oldNumber);
  assert.deepEqual(receiver.events.filter(({ event }) => event === 'association-rejected'), []);
});

test('keeps the certificate that it has while the new one cannot be used, and tells of it once', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const tls = await makeTls(t);
  const receiver = await startReceiver(t, { tls: tls.receiver, lookAtCertificatesSeconds: 0.01 });
  const good = await readFile(tls.receiver.cert);
  await writeFile(`${tls.receiver.cert}.new`, good.subarray(0, 200));
  await copyFile(`${tls.receiver.cert}.new`, tls.receiver.cert);
  const [broken] = await receiver.happened('certificate-unusable');
  assert.equal(broken?.inUse, 'the one before');
  assert.match(broken?.text ?? '', /\.pem holds no certificate; put one there/);
  await associate(await connectTls(receiver.tlsPort, tls)); // a look or two pass meanwhile

  const { key, cert } = await tls.authority.issue('receiver');
  await copyFile(cert, tls.receiver.cert);
  const [, mismatch] = await receiver.happened('certificate-unusable', 2);
  assert.match(mismatch?.text ?? '', /does not belong to the certificate/);
  await copyFile(key, tls.receiver.key);
  await receiver.happened('certificate-loaded', 2);
  assert.equal(receiver.events.filter(({ event }) => event === 'certificate-unusable').length, 2);
});

test('takes in without TLS while its certificate cannot be used, and with TLS as soon as it can', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const tls = await makeTls(t);
  const missing = { ...tls.receiver, cert: `${tls.receiver.cert}.missing` };
  const receiver = await startReceiver(t, { tls: missing, lookAtCertificatesSeconds: 0.02 });
  const [event] = await receiver.happened('certificate-unusable');
  assert.equal(event?.inUse, 'none');
  assert.match(event?.text ?? '', /missing cannot be read \(ENOENT\)/);
  await RawScu.associate(receiver.port);
  await assert.rejects(connectTls(receiver.tlsPort, tls));
  const [refused] = await receiver.happened('association-rejected');
  assert.equal(refused?.text, 'the receiver has no certificate that can be used');
  await copyFile(tls.receiver.cert, missing.cert);
  await receiver.happened('certificate-loaded');
  await associate(await connectTls(receiver.tlsPort, tls));
});

test('who was let in before is refused once its authority is not trusted any more, also with its old session', async (t) => {
  if (!requirePeer(t, 'openssl')) return;
  const tls = await makeTls(t);
  const receiver = await startReceiver(t, { tls: tls.receiver, lookAtCertificatesSeconds: 0.02 });
  const ca = tls.receiver.ca;
  const trusted = { ...tls, authority: { ...tls.authority, cert: `${ca}.copy` } as Authority };
  await copyFile(ca, trusted.authority.cert);
  const first = await connectTls(receiver.tlsPort, trusted);
  assert.ok(first.socket instanceof TLSSocket);
  const [session] = await once(first.socket, 'session') as [Buffer];
  const resumed = await connectTls(receiver.tlsPort, trusted, { session });
  assert.ok(resumed.socket instanceof TLSSocket && resumed.socket.isSessionReused());
  await associate(resumed);

  await copyFile((await Authority.make(t, 'Other CA')).cert, ca);
  await receiver.happened('certificate-loaded', 2);
  const late = await connectTls(receiver.tlsPort, trusted, { session }); // in TLS 1.3 the client is done first
  assert.deepEqual(await late.next(), { kind: 'closed' });
  const [refused] = await receiver.happened('association-rejected');
  assert.match(refused?.text ?? '', /not signed by one of tls\.ca/);
});
