import assert from 'node:assert/strict';
import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readFileMeta } from '../../../src/dicom/file-meta.ts';
import { writePart10 } from '../../../src/dicom/write.ts';
import { runReceiver } from '../../../src/flow/receive/receive.ts';
import { identityOf } from '../../../src/host/process-identity.ts';
import { Layout } from '../../../src/spool/layout.ts';
import { realObjects, withoutRealObjects } from '../../dicom/real-objects.ts';
import { requirePeer, runPeer, startStorescp, temporaryFolder } from '../../rig/peers.ts';
import { associateRequest, CT_IMAGE_STORAGE, dataPdus, pdu, pdv, RawScu, storeCommand } from '../../rig/raw-scu.ts';
import { filesBelow, makeReceiver, startReceiver, type RunningReceiver } from '../../rig/receiver.ts';

/** A CT instance as a file; pixels follow a seed, so that two of one seed are equal. */
async function makeInstance(folder: string, SOPInstanceUID: string, { rows = 64, seed = 1 } = {}): Promise<string> {
  const path = join(folder, `${SOPInstanceUID}-${seed}.dcm`);
  const pixels = new Uint16Array(rows * 64).map((_, index) => (index * 7919 * seed) % 4096);
  await writePart10(path, {
    SOPClassUID: CT_IMAGE_STORAGE,
    SOPInstanceUID,
    StudyInstanceUID: '1.2.3',
    SeriesInstanceUID: '1.2.3.1',
    PatientID: 'P1',
    PatientName: 'Doe^Jane',
    Modality: 'CT',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: rows,
    Columns: 64,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    PixelData: pixels,
  });
  return path;
}

/** The bytes behind the file meta information, and their transfer syntax. */
async function datasetOf(path: string): Promise<{ bytes: Buffer; TransferSyntaxUID: string }> {
  const meta = await readFileMeta(path);
  if ('notDicom' in meta) throw new Error(`${path} ${meta.notDicom}`);
  return { bytes: (await readFile(path)).subarray(meta.datasetOffset), TransferSyntaxUID: meta.TransferSyntaxUID };
}

/** Runs a sender of DCMTK to its good end. */
async function send(
  program: string, port: number, options: readonly string[], files: readonly string[],
): Promise<void> {
  const { exitCode, output } = await runPeer(program, [...options, '127.0.0.1', String(port), ...files]);
  assert.equal(exitCode, 0, output);
}

async function onlyArchivedFile({ layout }: RunningReceiver): Promise<string> {
  const files = await filesBelow(layout.archive);
  assert.equal(files.length, 1, files.join());
  return join(layout.archive, files[0] ?? '');
}

/** Stores from a real sender, and compares with what storescp, told to keep each byte, has of the same sender. */
async function assertStoresLikeStorescp(t: TestContext, program: string, options: readonly string[], file: string) {
  const storescp = await startStorescp(t, { args: ['--bit-preserving', '+xa'] });
  const receiver = await startReceiver(t);
  for (const port of [storescp.port, receiver.port]) await send(program, port, options, [file]);
  const [kept = ''] = await filesBelow(storescp.directory);
  const expected = await datasetOf(join(storescp.directory, kept));
  const stored = await datasetOf(await onlyArchivedFile(receiver));
  assert.equal(stored.TransferSyntaxUID, expected.TransferSyntaxUID);
  assert.ok(stored.bytes.equals(expected.bytes), `${file} was changed`);
}

test('answers echoscu', async (t) => {
  if (!requirePeer(t, 'echoscu')) return;
  const receiver = await startReceiver(t);
  await send('echoscu', receiver.port, ['-aec', 'DTS'], []);
});

const CONVERSIONS: Readonly<Record<string, { readonly tool: readonly string[]; readonly propose: string }>> = {
  'implicit VR': { tool: ['dcmconv', '+ti'], propose: '-xi' },
  'big endian': { tool: ['dcmconv', '+tb'], propose: '-xb' },
  'deflated': { tool: ['dcmconv', '+td'], propose: '-xd' },
  'JPEG lossless': { tool: ['dcmcjpeg', '+e1'], propose: '-xs' },
  'RLE': { tool: ['dcmcrle'], propose: '-xr' },
};

for (const [name, { tool: [program = '', ...args], propose }] of Object.entries(CONVERSIONS)) {
  test(`stores ${name} as it comes from storescu`, async (t) => {
    if (!requirePeer(t, 'storescu', 'storescp', program)) return;
    const folder = await temporaryFolder(t);
    const converted = join(folder, 'converted.dcm');
    assert.equal((await runPeer(program, [...args, await makeInstance(folder, '1.2.3.1.1'), converted])).exitCode, 0);
    await assertStoresLikeStorescp(t, 'storescu', ['-R', propose], converted);
  });
}

test('stores what a sender of small PDUs sends', async (t) => {
  if (!requirePeer(t, 'storescu', 'storescp')) return;
  const file = await makeInstance(await temporaryFolder(t), '1.2.3.1.1', { rows: 2000 });
  await assertStoresLikeStorescp(t, 'storescu', ['-pdu', '4096', '--max-send-pdu', '4096'], file);
});

test('stores what dcmsend sends', async (t) => {
  if (!requirePeer(t, 'dcmsend', 'storescp')) return;
  const file = await makeInstance(await temporaryFolder(t), '1.2.3.1.1', { rows: 500 });
  await assertStoresLikeStorescp(t, 'dcmsend', [], file);
});

test('stores the bytes of real objects, save those that lack a UID', { skip: withoutRealObjects }, async (t) => {
  const receiver = await startReceiver(t);
  let refused = 0;
  for (const path of realObjects()) {
    const { bytes, TransferSyntaxUID } = await datasetOf(path);
    const sent = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]); // fragments are even
    const meta = await readFileMeta(path);
    const { MediaStorageSOPClassUID = '', MediaStorageSOPInstanceUID = '' } = 'notDicom' in meta ? {} : meta;
    const before = new Set(await filesBelow(receiver.layout.archive));
    const scu = await RawScu.associate(receiver.port, {
      contexts: [{ id: 1, abstractSyntax: MediaStorageSOPClassUID, transferSyntaxes: [TransferSyntaxUID] }],
    });
    const { Status, ErrorComment = '' } = await scu.store(MediaStorageSOPInstanceUID, sent, {
      AffectedSOPClassUID: MediaStorageSOPClassUID,
    });
    await scu.release();
    const added = (await filesBelow(receiver.layout.archive)).filter((file) => !before.has(file));
    if (Status === 0) {
      const stored = await datasetOf(join(receiver.layout.archive, added[0] ?? ''));
      assert.ok(stored.bytes.equals(sent), `${path} was changed`);
    } else {
      assert.match(ErrorComment, /UID is missing|UID is not Affected/, path);
      assert.deepEqual(added, []);
      refused += 1;
    }
  }
  assert.ok(refused < realObjects().length / 2, `${refused} were refused`);
});

test('stores the parts of a study that come over several associations at once', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const folder = await temporaryFolder(t);
  const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
  const paths = await Promise.all(numbers.map((number) => makeInstance(folder, `1.2.3.1.${number}`)));
  const receiver = await startReceiver(t);
  await Promise.all([0, 1, 2].map((part) => runPeer('storescu', ['-aet', 'CT1', '127.0.0.1', String(receiver.port),
    ...paths.filter((_, index) => index % 3 === part)])));
  assert.equal((await filesBelow(receiver.layout.archivedStudy('1.2.3'))).length, 12);
  assert.deepEqual(await filesBelow(receiver.layout.arrived),
    ['CT1 ANY-SCP 127.0.0.1 scp_1.2.3', 'CT1 ANY-SCP 127.0.0.1 scp_1.2.3 1.2.3.1']);
  const ends = await receiver.happened('association-ended', 3);
  for (const { how, instances, refused } of ends) assert.deepEqual([how, instances, refused], ['released', 4, 0]);
});

test('a study sent again is stored once and marked again', async (t) => {
  if (!requirePeer(t, 'dcmsend')) return;
  const folder = await temporaryFolder(t);
  const path = await makeInstance(folder, '1.2.3.1.1');
  const receiver = await startReceiver(t);
  for (let time = 0; time < 2; time += 1) await send('dcmsend', receiver.port, [], [path]);
  await onlyArchivedFile(receiver);
  await send('dcmsend', receiver.port, [], [await makeInstance(folder, '1.2.3.1.1', { seed: 2 })]);
  assert.deepEqual(await filesBelow(receiver.layout.archivedStudy('1.2.3')), ['1.2.3.1.1.1.dcm', '1.2.3.1.1.dcm']);
});

test('takes SOP Classes of the standard and those configured, others only when told so', async (t) => {
  const PRIVATE = '1.2.826.0.1.3680043.99.1';
  const resultsOf = async (receiver: RunningReceiver) => {
    const scu = await RawScu.connect(receiver.port);
    scu.send(associateRequest({ contexts: [{ id: 1 }, { id: 3, abstractSyntax: PRIVATE },
      { id: 5, abstractSyntax: '1.2.840.10008.5.1.4.1.2.2.1' }] }));
    const heard = await scu.next();
    scu.socket.destroy();
    assert.ok(heard.kind === 'pdu');
    const results: number[] = [];
    for (let at = 74; at < heard.bytes.length; at += 4 + heard.bytes.readUInt16BE(at + 2)) {
      if (heard.bytes.readUInt8(at) === 0x21) results.push(heard.bytes.readUInt8(at + 6));
    }
    return results;
  };
  assert.deepEqual(await resultsOf(await startReceiver(t)), [0, 3, 3]);
  assert.deepEqual(await resultsOf(await startReceiver(t, { sopClasses: [PRIVATE] })), [0, 0, 3]);
  assert.deepEqual(await resultsOf(await startReceiver(t, { acceptUnknownSOPClasses: true })), [0, 0, 0]);
});

test('says where it listens while it does', async (t) => {
  const receiver = await startReceiver(t);
  const state = JSON.parse(await readFile(receiver.layout.receiverState, 'utf8'));
  const where = { address: '127.0.0.1', port: receiver.port, AETitle: 'DTS' };
  assert.deepEqual(state, { ...identityOf(process.pid), ...where, startedAt: state.startedAt });
  assert.deepEqual(receiver.events[0], { event: 'receiver-started', ...where });
  assert.equal(await receiver.stop(), 'stopped');
  await assert.rejects(readFile(receiver.layout.receiverState), { code: 'ENOENT' });
});

test('a second receiver does not start, not on another port either, and leaves the first one alone', async (t) => {
  const receiver = await startReceiver(t);
  const { datadir } = receiver.layout;
  const state = JSON.parse(await readFile(receiver.layout.receiverState, 'utf8'));
  for (const port of [receiver.port, 0]) {
    const second = await runReceiver({
      receiver: makeReceiver(datadir, { port }),
      layout: new Layout(datadir),
      events: { write: ({ event }) => assert.fail(event) },
      signal: new AbortController().signal,
    });
    assert.deepEqual(second, { reason: 'runs-already', ...state });
  }
  assert.deepEqual(JSON.parse(await readFile(receiver.layout.receiverState, 'utf8')), state);
});

test('a receiver whose process has ended keeps no other from starting', async (t) => {
  const datadir = await temporaryFolder(t);
  const layout = new Layout(datadir);
  await mkdir(layout.locks, { recursive: true });
  const ended = { ...identityOf(process.pid), startTicks: '1', address: '127.0.0.1', port: 1, AETitle: 'DTS' };
  await writeFile(layout.receiverState, JSON.stringify(ended));
  const receiver = await startReceiver(t, { datadir });
  assert.equal(JSON.parse(await readFile(layout.receiverState, 'utf8')).port, receiver.port);
  await receiver.stop();
});

test('the receiver of a site and that of the station take in beside each other', async (t) => {
  const receiver = await startReceiver(t);
  const { datadir } = receiver.layout;
  const site = await startReceiver(t, { datadir, site: 'PROJ' });
  const portIn = async (file: string) => JSON.parse(await readFile(file, 'utf8')).port;
  assert.equal(await portIn(receiver.layout.receiverStateOfSite('PROJ')), site.port);
  assert.equal(await site.stop(), 'stopped');
  assert.equal(await portIn(receiver.layout.receiverState), receiver.port);
  await assert.rejects(readFile(receiver.layout.receiverStateOfSite('PROJ')), { code: 'ENOENT' });
});

test('a receiver on a port that another program has does not start', async (t) => {
  const receiver = await startReceiver(t);
  const datadir = await temporaryFolder(t);
  const second = await runReceiver({
    receiver: makeReceiver(datadir, { port: receiver.port }),
    layout: new Layout(datadir),
    events: { write: ({ event }) => assert.fail(event) },
    signal: new AbortController().signal,
  });
  assert.deepEqual(second, { reason: 'address-in-use', address: '127.0.0.1', port: receiver.port });
  await assert.rejects(readFile(new Layout(datadir).receiverState), { code: 'ENOENT' });
});

test('says so where the address is not one of this machine', async (t) => {
  const datadir = await temporaryFolder(t);
  const ended = await runReceiver({
    receiver: { ...makeReceiver(datadir), address: '192.0.2.1' },
    layout: new Layout(datadir),
    events: { write: ({ event }) => assert.fail(event) },
    signal: new AbortController().signal,
  });
  assert.deepEqual(ended, { reason: 'address-not-ours', address: '192.0.2.1', port: 0 });
});

test('removes what a killed receiver was writing', async (t) => {
  const datadir = await temporaryFolder(t);
  const layout = new Layout(datadir);
  await mkdir(layout.temp, { recursive: true });
  const first = await startReceiver(t, { datadir });
  const { bytes } = await datasetOf(await makeInstance(datadir, '1.2.3.1.1', { rows: 8000 }));
  const half = await beginInstance(first, '1.2.3.1.1', bytes);
  const [name = ''] = await filesBelow(layout.temp);
  const leftover = join(layout.temp, name.replace(/\.\d+\.(\d+)$/, '.1.$1')); // of a process that started earlier
  await writeFile(leftover, 'half');
  const second = await startReceiver(t, { datadir, site: 'PROJ' });
  assert.deepEqual(await filesBelow(layout.temp), [basename(name)]);
  half.socket.destroy();
  await Promise.all([first.stop(), second.stop()]);
});

test('on SIGTERM finishes the instance in flight, answers it, aborts, and leaves nothing half', async (t) => {
  const receiver = await startReceiver(t);
  const { bytes } = await datasetOf(await makeInstance(await temporaryFolder(t), '1.2.3.1.1', { rows: 8000 }));
  const idle = await RawScu.associate(receiver.port);
  const stuck = await beginInstance(receiver, '1.2.3.1.2', bytes.subarray(0, 800_000));
  const busy = await beginInstance(receiver, '1.2.3.1.1', bytes.subarray(0, 800_000));
  const stopped = receiver.stop();
  assert.equal((await idle.next()).kind, 'pdu');
  busy.send(dataPdus(1, bytes.subarray(800_000), false));
  const answer = await busy.next();
  assert.equal(answer.kind === 'command' && answer.command.Status, 0);
  assert.equal(await stopped, 'stopped');
  stuck.socket.destroy();

  await onlyArchivedFile(receiver);
  assert.deepEqual(await filesBelow(receiver.layout.temp), []);
  assert.deepEqual(receiver.events.at(-1), { event: 'receiver-stopped', signal: 'SIGTERM', abortedAssociations: 3 });
});

/** Sends so much of an instance that a file of it is in temp, which takes a block of it, and no more of it. */
async function beginInstance(receiver: RunningReceiver, SOPInstanceUID: string, begin: Buffer): Promise<RawScu> {
  const before = (await filesBelow(receiver.layout.temp)).length;
  const scu = await RawScu.associate(receiver.port);
  scu.send(dataPdus(1, storeCommand(SOPInstanceUID), true));
  for (let at = 0; at < begin.length; at += 100_000) scu.send(pdu(0x04, pdv(1, 0, begin.subarray(at, at + 100_000))));
  for (const giveUpAt = Date.now() + 20_000; (await filesBelow(receiver.layout.temp)).length === before;) {
    assert.ok(Date.now() < giveUpAt, 'no file in temp');
    await new Promise(setImmediate);
  }
  return scu;
}
