import assert from 'node:assert/strict';
import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readFileMeta } from '../../src/dicom/file-meta.ts';
import { writePart10 } from '../../src/dicom/write.ts';
import { runReceiver } from '../../src/flow/receive.ts';
import { Layout } from '../../src/spool/layout.ts';
import { realObject, withoutRealObjects } from '../dicom/real-objects.ts';
import { findPeer, requirePeer, runPeer, temporaryFolder } from '../rig/peers.ts';
import { CT_IMAGE_STORAGE, dataPdus, pdu, pdv, RawScu, storeCommand } from '../rig/raw-scu.ts';
import { filesBelow, makeReceiver, startReceiver, type RunningReceiver } from '../rig/receiver.ts';

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

async function sendTo(receiver: RunningReceiver, program: string, ...args: string[]): Promise<void> {
  const { exitCode, output } = await runPeer(program, [...args.slice(0, -1), '127.0.0.1', String(receiver.port), ...args.slice(-1)]);
  assert.equal(exitCode, 0, output);
}

async function onlyArchivedFile({ layout }: RunningReceiver): Promise<string> {
  const files = await filesBelow(layout.archive);
  assert.equal(files.length, 1, files.join());
  return join(layout.archive, files[0] ?? '');
}

test('answers echoscu', async (t) => {
  if (!requirePeer(t, 'echoscu')) return;
  const receiver = await startReceiver(t);
  await sendTo(receiver, 'echoscu', '-aec', 'DTS');
});

test('stores what dcmsend sends, byte for byte', { skip: withoutRealObjects }, async (t) => {
  if (!requirePeer(t, 'dcmsend')) return;
  // Objects whose attributes are complete; the sender leaves all others alone.
  const names = ['CT_small.dcm', 'JPEG2000.dcm', 'MR_small.dcm', 'MR_small_jpeg_ls_lossless.dcm', 'image_dfl.dcm',
    'reportsi.dcm', 'rtplan.dcm', 'test-SR.dcm', 'SC_rgb_rle.dcm'];
  for (const name of names) {
    const receiver = await startReceiver(t);
    await sendTo(receiver, 'dcmsend', '--decompress-never', realObject(name));
    const [sent, stored] = [await datasetOf(realObject(name)), await datasetOf(await onlyArchivedFile(receiver))];
    assert.equal(stored.TransferSyntaxUID, sent.TransferSyntaxUID, name);
    assert.ok(stored.bytes.equals(sent.bytes), `${name} was changed`);
    await receiver.stop();
  }
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
    if (!requirePeer(t, 'storescu', 'dcmconv', program)) return;
    const folder = await temporaryFolder(t);
    const original = await makeInstance(folder, '1.2.3.1.1');
    const converted = join(folder, 'converted.dcm');
    assert.equal((await runPeer(program, [...args, original, converted])).exitCode, 0);
    // A second pass gives what the sender's own encoder makes of it.
    const receiver = await startReceiver(t);
    await sendTo(receiver, 'storescu', propose, converted);
    const stored = await datasetOf(await onlyArchivedFile(receiver));
    const sent = await datasetOf(converted);
    assert.equal(stored.TransferSyntaxUID, sent.TransferSyntaxUID);
    assert.ok(stored.bytes.equals(sent.bytes));
    if (findPeer('dcmftest') !== undefined) {
      assert.equal((await runPeer('dcmftest', [await onlyArchivedFile(receiver)])).exitCode, 0);
    }
  });
}

test('stores what a sender of small PDUs sends', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const path = await makeInstance(await temporaryFolder(t), '1.2.3.1.1', { rows: 2000 });
  const receiver = await startReceiver(t, { limits: { pduLength: 4096 } });
  await sendTo(receiver, 'storescu', '-pdu', '4096', '--max-send-pdu', '4096', path);
  assert.ok((await datasetOf(await onlyArchivedFile(receiver))).bytes.equals((await datasetOf(path)).bytes));
});

test('stores the parts of a study that come over several associations at once', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const folder = await temporaryFolder(t);
  const paths = await Promise.all(Array.from({ length: 12 }, (_, index) => makeInstance(folder, `1.2.3.1.${index + 1}`)));
  const receiver = await startReceiver(t);
  await Promise.all([0, 1, 2].map((part) => runPeer('storescu', ['-aet', 'CT1', '127.0.0.1', String(receiver.port),
    ...paths.filter((_, index) => index % 3 === part)])));
  assert.equal((await filesBelow(receiver.layout.archivedStudy('1.2.3'))).length, 12);
  assert.deepEqual(await filesBelow(receiver.layout.arrived),
    ['CT1 ANY-SCP 127.0.0.1 scp_1.2.3', 'CT1 ANY-SCP 127.0.0.1 scp_1.2.3 1.2.3.1']);
  const ends = await receiver.happened('association-ended', 3);
  assert.deepEqual(ends.map(({ how, instances, refused }) => [how, instances, refused]), Array(3).fill(['released', 4, 0]));
});

test('a study sent again is stored once and marked again', async (t) => {
  if (!requirePeer(t, 'dcmsend')) return;
  const folder = await temporaryFolder(t);
  const path = await makeInstance(folder, '1.2.3.1.1');
  const receiver = await startReceiver(t);
  await sendTo(receiver, 'dcmsend', path);
  await sendTo(receiver, 'dcmsend', path);
  await onlyArchivedFile(receiver);
  await sendTo(receiver, 'dcmsend', await makeInstance(folder, '1.2.3.1.1', { seed: 2 }));
  assert.deepEqual(await filesBelow(receiver.layout.archivedStudy('1.2.3')), ['1.2.3.1.1.1.dcm', '1.2.3.1.1.dcm']);
});

test('takes SOP Classes of the standard and those configured, others only when told so', async (t) => {
  const PRIVATE = '1.2.826.0.1.3680043.99.1';
  const resultsOf = async (receiver: RunningReceiver) => {
    const scu = await RawScu.connect(receiver.port);
    const { associateRequest } = await import('../rig/raw-scu.ts');
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
  assert.deepEqual(Object.keys(state), ['pid', 'address', 'port', 'AETitle', 'startedAt']);
  assert.deepEqual([state.pid, state.address, state.port, state.AETitle], [process.pid, '127.0.0.1', receiver.port, 'DTS']);
  assert.deepEqual(receiver.events[0], { event: 'receiver-started', address: '127.0.0.1', port: receiver.port, AETitle: 'DTS' });
  assert.equal(await receiver.stop(), 'stopped');
  await assert.rejects(readFile(receiver.layout.receiverState), { code: 'ENOENT' });
});

test('a second receiver on the same port does not start, and leaves the first one alone', async (t) => {
  const receiver = await startReceiver(t);
  const { datadir } = receiver.layout;
  const second = await runReceiver({
    receiver: makeReceiver(datadir, { port: receiver.port }),
    layout: new Layout(datadir),
    events: { write: ({ event }) => assert.fail(event) },
    signal: new AbortController().signal,
  });
  assert.deepEqual(second, { reason: 'address-in-use', address: '127.0.0.1', port: receiver.port });
  assert.equal(JSON.parse(await readFile(receiver.layout.receiverState, 'utf8')).port, receiver.port);
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
  const half = await beginInstance(first);
  const [name = ''] = await filesBelow(layout.temp);
  const leftover = join(layout.temp, name.replace(/\.\d+\.(\d+)$/, '.1.$1')); // of a process that started earlier
  await writeFile(leftover, 'half');
  await startReceiver(t, { datadir });
  assert.deepEqual(await filesBelow(layout.temp), [basename(name)]);
  half.socket.destroy();
});

test('on SIGTERM finishes the instance in flight, answers it, aborts, and leaves nothing half', async (t) => {
  const receiver = await startReceiver(t);
  const { bytes } = await datasetOf(await makeInstance(await temporaryFolder(t), '1.2.3.1.1'));
  const [busy, idle] = [await RawScu.associate(receiver.port), await RawScu.associate(receiver.port)];
  const stuck = await beginInstance(receiver);
  busy.send(dataPdus(1, storeCommand('1.2.3.1.1'), true), pdu(0x04, pdv(1, 0, bytes.subarray(0, 5000))));
  busy.send(pdu(0x04, pdv(1, 0, Buffer.alloc(0))));
  const stopped = receiver.stop();
  assert.equal((await idle.next()).kind, 'pdu');
  busy.send(dataPdus(1, bytes.subarray(5000), false));
  const answer = await busy.next();
  assert.equal(answer.kind === 'command' && answer.command.Status, 0);
  assert.equal(await stopped, 'stopped');
  stuck.socket.destroy();

  await onlyArchivedFile(receiver);
  assert.deepEqual(await filesBelow(receiver.layout.temp), []);
  assert.deepEqual(receiver.events.at(-1), { event: 'receiver-stopped', signal: 'SIGTERM', abortedAssociations: 3 });
});

/** Sends so much of an instance that a file of it is in temp, and no more. */
async function beginInstance(receiver: RunningReceiver): Promise<RawScu> {
  const scu = await RawScu.associate(receiver.port);
  const piece = pdu(0x04, pdv(1, 0, Buffer.alloc(100_000)));
  const { bytes } = await datasetOf(await makeInstance(receiver.layout.datadir, '1.2.3.1.99'));
  scu.send(dataPdus(1, storeCommand('1.2.3.1.99'), true), pdu(0x04, pdv(1, 0, bytes)), piece, piece, piece, piece);
  while ((await filesBelow(receiver.layout.temp)).length === 0) await new Promise(setImmediate);
  return scu;
}
