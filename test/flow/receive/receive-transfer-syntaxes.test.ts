// Every transfer syntax, from the wire through the archive to the description of its study.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { parseFileMeta } from '../../../src/dicom/file-meta.ts';
import { TRANSFER_SYNTAXES, transferSyntax } from '../../../src/dicom/transfer-syntaxes.ts';
import { writePart10 } from '../../../src/dicom/write.ts';
import { requirePeer, runPeer, temporaryFolder } from '../../rig/peers.ts';
import { RawScu } from '../../rig/raw-scu.ts';
import { CT_IMAGE_STORAGE, encodeInstance } from '../encoded-instance.ts';
import type { FlowStation } from '../flow-station.ts';
import { makeReceivingStation, scanAll, seriesDescriptionOf, studyDescriptionOf } from '../receiving-station.ts';

/** The file meta information of a file, and the bytes behind it. */
async function readParts(path: string) {
  const file = await readFile(path);
  const meta = parseFileMeta(file);
  assert.ok(!('notDicom' in meta), path);
  return { meta, dataset: file.subarray(meta.datasetOffset) };
}

async function assertDescribed(station: FlowStation, StudyInstanceUID: string, SOPInstanceUID: string): Promise<void> {
  const { SeriesDescription, PatientName, SeriesNumber, NumFiles, Modality, FirstSOPInstanceUID } =
    await seriesDescriptionOf(station, StudyInstanceUID, `${StudyInstanceUID}.1`);
  assert.deepEqual({ SeriesDescription, PatientName, SeriesNumber, NumFiles, Modality, FirstSOPInstanceUID }, {
    SeriesDescription: 'Thorax', PatientName: 'Doe^Jane', SeriesNumber: '7', NumFiles: 1, Modality: 'CT',
    FirstSOPInstanceUID: SOPInstanceUID,
  }, StudyInstanceUID);
  assert.deepEqual((await studyDescriptionOf(station, StudyInstanceUID)).series, [`${StudyInstanceUID}.1`]);
}

test('every transfer syntax there is, and a private one, is kept byte for byte and described', async (t) => {
  const { station, receiver } = await makeReceivingStation(t);
  const syntaxes = [...TRANSFER_SYNTAXES.keys(), '1.3.46.670589.33.1.4.1'];
  const instances = syntaxes.map((TransferSyntaxUID, index) => {
    const StudyInstanceUID = `1.2.3.${index}`;
    const SOPInstanceUID = `${StudyInstanceUID}.1.1`;
    const pixels = Buffer.alloc(10_000, TransferSyntaxUID);
    const dataset = encodeInstance({ TransferSyntaxUID, StudyInstanceUID, SOPInstanceUID, pixels });
    return { TransferSyntaxUID, StudyInstanceUID, SOPInstanceUID, dataset };
  });
  for (const { TransferSyntaxUID, SOPInstanceUID, dataset } of instances) {
    const scu = await RawScu.associate(receiver.port, { contexts: [{ id: 1, transferSyntaxes: [TransferSyntaxUID] }] });
    const answer = await scu.store(SOPInstanceUID, dataset);
    assert.equal(answer.Status, 0, `${TransferSyntaxUID} ${answer.ErrorComment}`);
    await scu.release();
  }
  await scanAll({ station });
  for (const { TransferSyntaxUID, StudyInstanceUID, SOPInstanceUID, dataset } of instances) {
    const stored = await readParts(station.layout.archivedInstance(StudyInstanceUID, SOPInstanceUID));
    assert.equal(stored.meta.TransferSyntaxUID, TransferSyntaxUID);
    assert.equal(stored.meta.MediaStorageSOPInstanceUID, SOPInstanceUID);
    assert.ok(stored.dataset.equals(dataset), TransferSyntaxUID);
    await assertDescribed(station, StudyInstanceUID, SOPInstanceUID);
  }
});

test('of several transfer syntaxes in a context the first proposed is agreed, whichever it is', async (t) => {
  const { station, receiver } = await makeReceivingStation(t);
  const [deflated, implicit] = ['1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2'];
  const scu = await RawScu.associate(receiver.port, { contexts: [{ id: 1, transferSyntaxes: [deflated, implicit] }] });
  const dataset = encodeInstance({ TransferSyntaxUID: deflated });
  assert.equal((await scu.store('1.2.3.1.1', dataset)).Status, 0);
  const { meta } = await readParts(station.layout.archivedInstance('1.2.3', '1.2.3.1.1'));
  assert.equal(meta.TransferSyntaxUID, deflated);
});

interface Conversion {
  readonly tool: readonly string[];
  /** DCMSEND when not given; that would propose all uncompressed syntaxes at once, and convert to the one agreed. */
  readonly sender?: readonly string[];
  readonly bits?: 8;
}

const DCMSEND = ['dcmsend', '--decompress-never'];

/** How DCMTK makes and sends each of its transfer syntaxes; baseline JPEG is for 8 bits. */
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  '1.2.840.10008.1.2': { tool: ['dcmconv', '+ti'], sender: ['storescu', '-R', '-xi'] },
  '1.2.840.10008.1.2.1': { tool: ['dcmconv', '+te'], sender: ['storescu', '-R', '-xe'] },
  '1.2.840.10008.1.2.2': { tool: ['dcmconv', '+tb'], sender: ['storescu', '-R', '-xb'] },
  '1.2.840.10008.1.2.1.99': { tool: ['dcmconv', '+td'], sender: ['storescu', '-R', '-xd'] },
  '1.2.840.10008.1.2.4.50': { tool: ['dcmcjpeg', '+eb', '+un'], bits: 8 },
  '1.2.840.10008.1.2.4.51': { tool: ['dcmcjpeg', '+ee', '+un'] },
  '1.2.840.10008.1.2.4.53': { tool: ['dcmcjpeg', '+es', '+un'] },
  '1.2.840.10008.1.2.4.55': { tool: ['dcmcjpeg', '+ep', '+un'] },
  '1.2.840.10008.1.2.4.57': { tool: ['dcmcjpeg', '+el'] },
  '1.2.840.10008.1.2.4.70': { tool: ['dcmcjpeg', '+e1'] },
  '1.2.840.10008.1.2.4.80': { tool: ['dcmcjpls', '+el'] },
  '1.2.840.10008.1.2.4.81': { tool: ['dcmcjpls', '+en', '+un'] },
  '1.2.840.10008.1.2.5': { tool: ['dcmcrle'] },
};

test('what DCMTK converts to each of its transfer syntaxes and sends is kept as such and described', async (t) => {
  if (!requirePeer(t, 'dcmsend', 'storescu', 'dcmconv', 'dcmcjpeg', 'dcmcjpls', 'dcmcrle')) return;
  const { station, receiver } = await makeReceivingStation(t);
  const folder = await temporaryFolder(t);
  const syntaxes = Object.entries(CONVERSIONS);
  for (const [index, [TransferSyntaxUID, { tool, sender = DCMSEND, bits }]] of syntaxes.entries()) {
    const converted = join(folder, `${index}.dcm`);
    await convert(t, `1.2.3.${index}`, tool, bits ?? 16, converted);
    const [program = '', ...options] = sender;
    const sent = await runPeer(program, [...options, '127.0.0.1', String(receiver.port), converted]);
    assert.equal(sent.exitCode, 0, `${TransferSyntaxUID} ${sent.output}`);
  }
  await scanAll({ station });
  for (const [index, [TransferSyntaxUID]] of syntaxes.entries()) {
    const [StudyInstanceUID, SOPInstanceUID] = [`1.2.3.${index}`, `1.2.3.${index}.1.1`];
    const stored = await readParts(station.layout.archivedInstance(StudyInstanceUID, SOPInstanceUID));
    assert.equal(stored.meta.TransferSyntaxUID, TransferSyntaxUID);
    const { dataset } = await readParts(join(folder, `${index}.dcm`));
    const [kept, sent] = [stored.dataset, dataset].map((bytes) => inflated(bytes, TransferSyntaxUID));
    assert.deepEqual(kept, sent, TransferSyntaxUID);
    await assertDescribed(station, StudyInstanceUID, SOPInstanceUID);
  }
});

/** DCMTK deflates anew what it sends, in its own way; other datasets are given back as they are. */
function inflated(dataset: Buffer, TransferSyntaxUID: string): Buffer {
  return transferSyntax(TransferSyntaxUID).deflated ? inflateRawSync(dataset) : dataset;
}

/** Makes an image of a study and has one of DCMTK's tools convert it. */
async function convert(
  t: TestContext, StudyInstanceUID: string, [program = '', ...options]: readonly string[], bits: 8 | 16, to: string,
): Promise<void> {
  const original = join(await temporaryFolder(t), 'original.dcm');
  const samples = Array.from({ length: 64 * 64 }, (_, index) => (index * 7) % (bits === 8 ? 256 : 4096));
  await writePart10(original, {
    SOPClassUID: CT_IMAGE_STORAGE,
    SOPInstanceUID: `${StudyInstanceUID}.1.1`,
    StudyInstanceUID,
    SeriesInstanceUID: `${StudyInstanceUID}.1`,
    PatientID: 'P1',
    PatientName: 'Doe^Jane',
    StudyDate: '20261120',
    StudyTime: '081530',
    SeriesDescription: 'Thorax',
    SeriesNumber: 7,
    Modality: 'CT',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: 64,
    Columns: 64,
    BitsAllocated: bits,
    BitsStored: bits === 8 ? 8 : 12,
    HighBit: bits === 8 ? 7 : 11,
    PixelRepresentation: 0,
    PixelData: bits === 8 ? Uint8Array.from(samples) : Uint16Array.from(samples),
  });
  const { exitCode, output } = await runPeer(program, [...options, original, to]);
  assert.equal(exitCode, 0, `${program} ${options.join(' ')}: ${output}`);
}
