// Datasets as a sender puts them on the wire, in any transfer syntax, encoded by hand. What they hold is enough to be
// received and described.

import { deflateRawSync } from 'node:zlib';
import { transferSyntax } from '../../src/dicom/transfer-syntaxes.ts';
import { element, head, item, sequenceEnd, UNDEFINED_LENGTH, type Encoding } from '../dicom/encode.ts';

export const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** Texts as bytes or in Latin-1; an undefined one leaves its element out. */
export interface InstanceParts {
  readonly TransferSyntaxUID?: string;
  readonly SOPClassUID?: string;
  readonly SOPInstanceUID?: string;
  readonly StudyInstanceUID?: string;
  readonly SeriesInstanceUID?: string;
  readonly SpecificCharacterSet?: string | undefined;
  readonly PatientID?: string | Buffer;
  readonly PatientName?: string | Buffer;
  readonly SeriesDescription?: string | Buffer;
  readonly StudyDescription?: string | Buffer;
  /** Null leaves PixelData out. */
  readonly pixels?: Buffer | null;
}

/** The bytes of a dataset. A deflated one is padded to even length. */
export function encodeInstance(parts: InstanceParts = {}): Buffer {
  const { littleEndian, explicitVR, deflated, encapsulated } =
    transferSyntax(parts.TransferSyntaxUID ?? EXPLICIT_VR_LITTLE_ENDIAN);
  const encoding: Encoding = !littleEndian ? 'big endian' : explicitVR ? 'explicit' : 'implicit';
  const text = (tag: number, vr: string, value: string | Buffer | undefined) =>
    value === undefined ? Buffer.alloc(0) : element(tag, vr, padded(value, vr === 'UI' ? '\0' : ' '), encoding);
  const number = (tag: number, value: number) => {
    const bytes = Buffer.from([value & 0xff, value >>> 8]);
    return element(tag, 'US', littleEndian ? bytes : bytes.reverse(), encoding);
  };
  const { pixels = Buffer.from('pixels') } = parts;
  const dataset = Buffer.concat([
    text(0x00080005, 'CS', parts.SpecificCharacterSet),
    text(0x00080016, 'UI', parts.SOPClassUID ?? CT_IMAGE_STORAGE),
    text(0x00080018, 'UI', parts.SOPInstanceUID ?? '1.2.3.1.1'),
    text(0x00080020, 'DA', '20261120'),
    text(0x00080030, 'TM', '081530'),
    text(0x00080060, 'CS', 'CT'),
    text(0x00081030, 'LO', parts.StudyDescription),
    text(0x0008103e, 'LO', parts.SeriesDescription ?? 'Thorax'),
    text(0x00100010, 'PN', parts.PatientName ?? 'Doe^Jane'),
    text(0x00100020, 'LO', parts.PatientID ?? 'P1'),
    text(0x0020000d, 'UI', parts.StudyInstanceUID ?? '1.2.3'),
    text(0x0020000e, 'UI', parts.SeriesInstanceUID ?? `${parts.StudyInstanceUID ?? '1.2.3'}.1`),
    text(0x00200011, 'IS', '7'),
    number(0x00280010, 513),
    pixels === null ? Buffer.alloc(0)
      : encapsulated ? encapsulate(pixels) : element(0x7fe00010, 'OW', pixels, encoding),
  ]);
  return deflated ? padded(deflateRawSync(dataset), '\0') : dataset;
}

/** PixelData as one fragment behind an empty offset table (PS3.5 section A.4). */
function encapsulate(pixels: Buffer): Buffer {
  return Buffer.concat([head(0x7fe00010, 'OB', UNDEFINED_LENGTH), item(0), item(pixels.length, pixels), sequenceEnd()]);
}

function padded(value: string | Buffer, padding: string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(padding)]);
}
