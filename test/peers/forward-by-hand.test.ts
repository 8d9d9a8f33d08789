// Files that a person sends: what is told of each, and how it ends.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { encodeFileMeta } from '../../src/dicom/file-meta.ts';
import { CT_IMAGE_STORAGE, EXPLICIT_VR_LITTLE_ENDIAN, makeInstances } from '../network/instances.ts';
import { freePort, requirePeer, runPeer, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { until } from './ticks.ts';

function stationFor(t: TestContext, PORT: number): Promise<TestStation> {
  return makeStation(t, { config: { destinations: { PACS: { AETitle: 'PACS', IP: '127.0.0.1', PORT } } } });
}

test('each file that is not stored is named with the reason, and the others are stored', async (t) => {
  if (!requirePeer(t, 'mkfifo')) return;
  const pacs = await startScriptedScp(t, { respond: (_message, index) => (index === 1 ? { Status: 0xc000 } : {}) });
  const station = await stationFor(t, pacs.port);
  const folder = await temporaryFolder(t);
  const instances = await makeInstances(folder, 3);
  await writeFile(join(folder, '0-notes.txt'), 'no image');
  await runPeer('mkfifo', [join(folder, '1-pipe')]);
  const { status, stdout, stderr } = await station.dts(['forward', folder, '--to', 'PACS']);
  assert.deepEqual([status, stdout], [76, '']);
  assert.equal(pacs.messages.length, 3);
  const refused = instances.find((one) => one.SOPInstanceUID === pacs.messages[1]?.command.AffectedSOPInstanceUID);
  assert.deepEqual(stderr.trimEnd().split('\n').map((line) => line.replace(/^dts forward: /, '')), [
    `warning: ${join(folder, '0-notes.txt')}: not sent: has no DICM after a preamble of 128 bytes; what is DICOM is sent`,
    `warning: ${join(folder, '1-pipe')}: not sent: is no file; what is DICOM is sent`,
    `error: ${refused?.file}: not stored: ${refused?.SOPInstanceUID} was answered 0xC000 (error: cannot understand); send it again`,
  ]);
});

test('a damaged file costs the others nothing: what is no UID is proposed to nobody', async (t) => {
  const pacs = await startScriptedScp(t, {});
  const station = await stationFor(t, pacs.port);
  const folder = await temporaryFolder(t);
  await makeInstances(folder, 2);
  const UIDs = {
    MediaStorageSOPClassUID: CT_IMAGE_STORAGE, MediaStorageSOPInstanceUID: '1.2.3', TransferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
  };
  for (const keyword of Object.keys(UIDs)) {
    const damaged = encodeFileMeta({ ...UIDs, [keyword]: `1.2.${'3'.repeat(1000)}` });
    await writeFile(join(folder, `damaged-${keyword}`), Buffer.concat([damaged, Buffer.alloc(100)]));
  }
  const { status, stderr } = await station.dts(['forward', folder, '--to', 'PACS']);
  assert.equal(status, 0, stderr);
  assert.equal(pacs.messages.length, 2);
  const told = stderr.trimEnd().split('\n');
  assert.equal(told.length, 3);
  for (const line of told) assert.match(line, /damaged-\w+: not sent: .* is no UID; what is DICOM is sent$/);
});

test('a destination that is away is told once, with how many were not stored, and exit status 75', async (t) => {
  const station = await stationFor(t, await freePort());
  const folder = await temporaryFolder(t);
  await makeInstances(folder, 3);
  const { status, stderr } = await station.dts(['forward', folder, '--to', 'PACS']);
  assert.equal(status, 75);
  assert.match(stderr, /^dts forward: error: PACS: 3 of 3 instances not stored: .*cannot be reached.*; send them again\n$/);
});

test('a signal ends it at once, says what is missing, and the peer hears an abort', async (t) => {
  const pacs = await startScriptedScp(t, { respond: (_message, index) => (index === 0 ? {} : undefined) });
  const station = await stationFor(t, pacs.port);
  const folder = await temporaryFolder(t);
  await makeInstances(folder, 3);
  const sending = station.start(t, ['forward', folder, '--to', 'PACS']);
  let stderr = '';
  sending.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  await until('an instance that is not answered', () => pacs.messages.length === 2);
  sending.kill('SIGINT');
  const [status] = await once(sending, 'close');
  assert.equal(status, 130);
  assert.equal(stderr, 'dts forward: warning: PACS: stopped: 2 of 3 instances not stored; send them again\n');
  await pacs.idle();
  assert.equal(pacs.aborts(), 1);
});

test('statuses of the destination count for what is sent by hand, too', async (t) => {
  const pacs = await startScriptedScp(t, { respond: () => ({ Status: 0x0111 }) });
  const folder = await temporaryFolder(t);
  await makeInstances(folder, 1);
  for (const [statuses, expected] of [[{}, 0], [{ '0111': 'fail' }, 76], [{ '01xx': 'retry' }, 75]] as const) {
    const station = await makeStation(t, {
      config: { destinations: { PACS: { AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port, statuses } } },
    });
    assert.equal((await station.dts(['forward', folder, '--to', 'PACS'])).status, expected);
  }
});
