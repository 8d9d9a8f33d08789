// The real command with TLS and an encrypted key: a station that DCMTK sends to, with TLS and without, and that is stopped in between.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readFileMeta } from '../../src/dicom/file-meta.ts';
import { makeInstance, makeInstances } from '../network/instances.ts';
import { freePort, requirePeer, runPeer, temporaryFolder } from '../rig/peers.ts';
import { filesBelow } from '../rig/receiver.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { dcmtkTls, makeTls, type TestTls } from '../rig/tls.ts';

async function start(t: TestContext) {
  const tls = await makeTls(t);
  const tlsPort = await freePort();
  const own = await tls.authority.issue('station', { passphrase: 'open sesame' });
  const passphrase = { file: `${own.key}.passphrase` };
  await writeFile(passphrase.file, 'open sesame\n');
  const station = await makeStation(t, { receiver: { tls: { ...tls.receiver, ...own, passphrase, port: tlsPort } } });
  return { tls, tlsPort, station, receiver: await station.startReceiver(t) };
}

function storescu(port: number, files: readonly string[], tls?: TestTls): ReturnType<typeof runPeer> {
  const secure = tls === undefined ? [] : dcmtkTls(tls.sender, tls.authority);
  return runPeer('storescu', [...secure, '127.0.0.1', String(port), ...files]);
}

async function archivedDatasets({ layout }: TestStation): Promise<Buffer[]> {
  const files = (await filesBelow(layout.archive)).map((file) => join(layout.archive, file));
  return Promise.all(files.map(async (file) => {
    const meta = await readFileMeta(file);
    return (await readFile(file)).subarray('notDicom' in meta ? 0 : meta.datasetOffset);
  }));
}

test('dts receive takes in on both ports, and dts status says which they are', async (t) => {
  if (!requirePeer(t, 'storescu', 'openssl')) return;
  const { tls, tlsPort, station } = await start(t);
  const [one, other] = await makeInstances(await temporaryFolder(t), 2, 100_000);
  const sent = await Promise.all([storescu(tlsPort, [one?.file ?? ''], tls), storescu(station.port, [other?.file ?? ''])]);
  for (const { exitCode, output } of sent) assert.equal(exitCode, 0, output);
  assert.equal((await archivedDatasets(station)).length, 2);
  const { stdout } = await station.dts(['status']);
  assert.match(stdout, new RegExp(`alive on 127.0.0.1 port ${station.port}, with TLS on port ${tlsPort}, since`));
});

test('SIGTERM in the middle of a transfer over TLS loses nothing that was acknowledged', async (t) => {
  if (!requirePeer(t, 'storescu', 'openssl')) return;
  const { tls, tlsPort, station, receiver } = await start(t);
  const instance = await makeInstance(await temporaryFolder(t), 1, 40_000_000);
  const arriving = anyChange(station.layout.temp);
  const sending = storescu(tlsPort, [instance.file], tls);
  await arriving;
  receiver.kill('SIGTERM');
  const [status] = await once(receiver, 'close');
  assert.equal(status, 143);
  const { exitCode } = await sending;
  const whole = (await readFile(instance.file)).subarray(instance.datasetOffset);
  const kept = await archivedDatasets(station);
  if (exitCode === 0) assert.equal(kept.length, 1);
  for (const dataset of kept) assert.ok(dataset.equals(whole));
  assert.deepEqual(await filesBelow(station.layout.temp), []);
});

/** Settles when something happens in a folder. */
async function anyChange(folder: string): Promise<void> {
  for await (const change of watch(folder, { signal: AbortSignal.timeout(20_000) })) {
    if (change !== undefined) return;
  }
}
