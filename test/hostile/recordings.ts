// What senders say to a receiver, byte for byte: real ones, recorded on the way to a receiver that answers them, and
// ones made by hand that no real one sends.

import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { encodeCommitmentReport, STORAGE_COMMITMENT_SOP_CLASS } from '../../src/dicom/commitment.ts';
import { writePart10 } from '../../src/dicom/write.ts';
import { COMMITMENT_CONTEXT, reportCommand, roleItem } from '../rig/commitment.ts';
import { findPeer, runPeer, temporaryFolder } from '../rig/peers.ts';
import {
  ABORT, associateRequest, CT_IMAGE_STORAGE, dataPdus, echoCommand, item, pdu, pdv, RELEASE_REQUEST, storeCommand,
  VERIFICATION,
} from '../rig/raw-scu.ts';
import { startReceiver } from '../rig/receiver.ts';
import {
  BIG_ENDIAN, DEFLATED, encodeDataset, EXPLICIT, IMPLICIT, SERIES, storeConversation, STUDY,
} from './datasets.ts';

/** Stands in every recording for the SOPInstanceUID, and can be replaced by another of the same length. */
export const RECORDED_UID = `${SERIES}.100000000`;

const CONVERSIONS: readonly { readonly tool: readonly string[]; readonly propose: readonly string[] }[] = [
  { tool: ['dcmconv', '+ti'], propose: ['-xi'] },
  { tool: ['dcmconv', '+te'], propose: ['-xe', '-pdu', '4096', '--max-send-pdu', '4096'] },
  { tool: ['dcmconv', '+tb'], propose: ['-xb'] },
  { tool: ['dcmconv', '+td'], propose: ['-xd'] },
  { tool: ['dcmcrle'], propose: ['-xr', '+C'] },
  { tool: ['dcmcjpeg', '+e1'], propose: ['-xs'] },
];

/** Conversations by hand, and those of storescu and echoscu where they are installed. */
export async function recordConversations(t: TestContext): Promise<Buffer[]> {
  return [...madeByHand(), ...await recordRealSenders(t)];
}

async function recordRealSenders(t: TestContext): Promise<Buffer[]> {
  if (findPeer('storescu') === undefined) return [];
  const receiver = await startReceiver(t);
  const folder = await temporaryFolder(t);
  const original = join(folder, 'original.dcm');
  await writePart10(original, {
    SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID: RECORDED_UID, StudyInstanceUID: STUDY, SeriesInstanceUID: SERIES,
    PatientID: 'P1', PatientName: 'Doe^Jane', Modality: 'CT', SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2', Rows: 64, Columns: 64, BitsAllocated: 16, BitsStored: 12, HighBit: 11,
    PixelRepresentation: 0,
    ReferencedStudySequence: [{ ReferencedSOPClassUID: '1.2.3', ReferencedSOPInstanceUID: '1.2.3.4' }],
    PixelData: new Uint16Array(64 * 64).map((_, index) => index),
  });
  const recordings = [await record(receiver.port, (port) => runPeer('echoscu', ['127.0.0.1', String(port)]))];
  for (const [index, { tool: [program = '', ...args], propose }] of CONVERSIONS.entries()) {
    const file = join(folder, `${index}.dcm`);
    const { exitCode, output } = await runPeer(program, [...args, original, file]);
    if (exitCode !== 0) throw new Error(`${program}: ${output}`);
    recordings.push(await record(receiver.port, (port) =>
      runPeer('storescu', ['-R', ...propose, '127.0.0.1', String(port), file])));
  }
  const stored = await readdir(receiver.layout.archivedStudy(STUDY));
  const [first = ''] = stored;
  const kept = await readFile(join(receiver.layout.archivedStudy(STUDY), first));
  if (!kept.includes(RECORDED_UID)) throw new Error('what was recorded was not stored');
  return recordings;
}

/** What a sender writes while it is connected through here to a receiver. */
async function record(port: number, send: (port: number) => Promise<{ exitCode: number | null; output: string }>) {
  const said: Buffer[] = [];
  const server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1');
    socket.on('data', (chunk) => said.push(chunk));
    socket.pipe(onward).pipe(socket);
    for (const one of [socket, onward]) one.on('error', () => one.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { exitCode, output } = await send((server.address() as AddressInfo).port);
  server.close();
  await once(server, 'close');
  if (exitCode !== 0) throw new Error(`recording: ${output}`);
  return Buffer.concat(said);
}

/** Without any sender. */
export function madeByHand(): Buffer[] {
  const dataset = encodeDataset({ SOPInstanceUID: RECORDED_UID, pixels: Buffer.alloc(3000, 'p') });
  const large = encodeDataset({ SOPInstanceUID: RECORDED_UID, pixels: Buffer.alloc(600_000, 'p') });
  const request = associateRequest();
  const command = storeCommand(RECORDED_UID);
  const contexts = Array.from({ length: 128 }, (_, index) => ({
    id: 2 * index + 1, abstractSyntax: index === 0 ? CT_IMAGE_STORAGE : VERIFICATION,
    transferSyntaxes: [EXPLICIT, IMPLICIT],
  }));
  const userItems = [item(0x53, '\0\x01\0\x01'), item(0x54, '\0\x051.2.3\x01\x01'), item(0x55, 'ANY'),
    item(0x56, '\0\x051.2.3\0\0\0\x01\0'), item(0x57, '\0\x051.2.3\0\0\0\0'),
    item(0x58, '\x02\x01\0\x04user\0\x04pass')];
  return [
    ...[IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED].map((syntax) => storeConversation(RECORDED_UID,
      encodeDataset({ SOPInstanceUID: RECORDED_UID, pixels: Buffer.alloc(3000, 'p') }, syntax), syntax)),
    // More than is held in memory, so that there is a file before all of it has come; then one that never comes whole.
    storeConversation(RECORDED_UID, large),
    Buffer.concat([request, dataPdus(1, command, true), pdu(0x04, pdv(1, 0, large.subarray(0, 100_000))),
      ...[1, 2, 3, 4].map((part) => pdu(0x04, pdv(1, 0, large.subarray(part * 100_000, (part + 1) * 100_000))))]),
    // Requests of every kind, none of which waits for the answer to the one before.
    Buffer.concat([
      associateRequest({ contexts, userItems }),
      dataPdus(3, echoCommand(), true),
      ...[1, 2, 3].flatMap((MessageID) => [
        dataPdus(1, storeCommand(RECORDED_UID, { MessageID }), true, 30), dataPdus(1, dataset, false, 100),
      ]),
      dataPdus(1, storeCommand(RECORDED_UID, { CommandField: 0x0020 }), true), dataPdus(1, dataset, false),
      dataPdus(1, storeCommand(RECORDED_UID, { CommandField: 0x0130 }), true), dataPdus(1, dataset, false),
      RELEASE_REQUEST,
    ]),
    // Several fragments in one PDU, some without bytes.
    Buffer.concat([
      request,
      pdu(0x04, pdv(1, 0b01, command.subarray(0, 10)), pdv(1, 0b01, Buffer.alloc(0)),
        pdv(1, 0b11, command.subarray(10)), pdv(1, 0b00, dataset.subarray(0, 200)), pdv(1, 0b00, Buffer.alloc(0)),
        pdv(1, 0b10, dataset.subarray(200))),
      RELEASE_REQUEST,
    ]),
    Buffer.concat([request, dataPdus(1, command, true), pdu(0x04, pdv(1, 0, dataset)), ABORT]),
    // Reports of storage commitment that nobody asked for.
    Buffer.concat([
      associateRequest({
        contexts: [COMMITMENT_CONTEXT, { id: 3 }], userItems: [roleItem(STORAGE_COMMITMENT_SOP_CLASS, 0, 1)],
      }),
      ...[1, 2, 3].flatMap((EventTypeID) => [
        dataPdus(1, reportCommand({ EventTypeID }), true), dataPdus(1, encodeCommitmentReport({
          TransactionUID: RECORDED_UID,
          committed: [{ SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID: RECORDED_UID }],
          failed: [{ SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID: SERIES, FailureReason: 0x0112 }],
        }), false, 40),
      ]),
      dataPdus(3, command, true), dataPdus(3, dataset, false),
      RELEASE_REQUEST,
    ]),
    Buffer.concat([request, request]),
    Buffer.concat([request, RELEASE_REQUEST, RELEASE_REQUEST, dataPdus(1, command, true)]),
  ];
}
