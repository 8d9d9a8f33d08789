// An object's header as bytes, made once by the station's own encoder and then stamped with the SOPInstanceUID of each
// object: ten thousand objects take a second so, and one of 2 GB is never in memory.

import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { writePart10 } from '../../../src/dicom/write.ts';
import { frameBytes, makeHeader, type ObjectIdentity, type ObjectShape } from './synthetic-header.ts';

/** Tag, VR and length of a PixelData in explicit VR little endian, up to its length (PS3.5 section 7.1.2). */
const PIXEL_DATA_HEAD = Buffer.from('e07f1000' + '4f570000', 'hex');
const LENGTH_BYTES = 4;

/** As a vendor's: short texts in a group of its own, which lies between the standard's groups and the PixelData. */
const PRIVATE_CREATOR = 'BENCH SCANNER HEADER';
const PRIVATE_VALUES = ['TA 03:25', '1.0.0', 'FoV 250*250', 'Tra', 'p2', 'HEA;HEP', '64*64', 'SP H2.5', 'TP 0', 'M/ND'];

export interface ObjectTemplate {
  /** Everything up to the value of PixelData. */
  readonly header: Buffer;
  /** Where the SOPInstanceUID stands in it: in the file meta information and in the dataset. */
  readonly uidOffsets: readonly number[];
  /** One frame of noise. */
  readonly frame: Buffer;
  readonly frames: number;
}

/**
 * @param file is written over and over; the first object may take its place
 * @param identity its SOPInstanceUID must be as long as those that are stamped over it
 */
export async function makeTemplate(
  file: string, shape: ObjectShape, identity: ObjectIdentity,
): Promise<ObjectTemplate> {
  await writePart10(file, { ...makeHeader(shape, identity), PixelData: new Uint8Array(2) });
  const bytes = await readFile(file);
  const pixelData = bytes.lastIndexOf(PIXEL_DATA_HEAD);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(frameBytes(shape) * shape.frames);
  const header = Buffer.concat([bytes.subarray(0, pixelData), encodePrivateGroup(), PIXEL_DATA_HEAD, length]);
  const uidOffsets = offsetsOf(identity.SOPInstanceUID, header);
  if (uidOffsets.length !== 2) {
    throw new Error(`${identity.SOPInstanceUID} stands ${uidOffsets.length} times in the header, not twice`);
  }
  return { header, uidOffsets, frame: randomBytes(frameBytes(shape)), frames: shape.frames };
}

/** Writes one object, frame by frame. @returns its length in bytes */
export async function writeObject(file: string, template: ObjectTemplate, SOPInstanceUID: string): Promise<number> {
  const { header, uidOffsets, frame, frames } = template;
  for (const offset of uidOffsets) header.write(SOPInstanceUID, offset, 'latin1');
  const handle = await open(file, 'w');
  try {
    await handle.writev([header, frame]);
    for (let written = 1; written < frames; written += 1) await handle.writev([frame]);
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

/** Group 0051 with its private creator (PS3.5 section 7.8.1), all LO. */
function encodePrivateGroup(): Buffer {
  const elements = [PRIVATE_CREATOR, ...PRIVATE_VALUES].map((text, index) => {
    const value = Buffer.from(text.length % 2 === 0 ? text : `${text} `, 'latin1');
    const head = Buffer.from('51000000' + '4c4f0000', 'hex');
    head.writeUInt16LE(index === 0 ? 0x0010 : 0x1000 + index, 2);
    head.writeUInt16LE(value.length, 6);
    return Buffer.concat([head, value]);
  });
  return Buffer.concat(elements);
}

function offsetsOf(text: string, bytes: Buffer): number[] {
  const offsets: number[] = [];
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) offsets.push(at);
  return offsets;
}
