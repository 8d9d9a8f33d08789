// Writes new DICOM Part 10 files, with dcmjs as the encoder: the one place that makes objects with a library.
// Received objects never pass through here; they keep their bytes.
//
// It promises that what stands in the dataset stands in the file: an unknown keyword or a number that its VR cannot
// hold is an error, never dropped or cut. It does not replace a file by rename and does not fsync: durable writing of
// station state is src/spool/durable.ts.
//
// dcmjs is given its tagged form, not its "natural" one, because the natural one (0.50.3) only warns of unknown
// keywords, cuts the text of a long number in the middle of its exponent, and leaves the VR of PixelData open.

import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from './implementation.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from './transfer-syntaxes.ts';

/** A value by its keyword: text, number, bytes, an item of a sequence, several of these, or null for empty. */
export type Dataset = Record<string, unknown>;

type TaggedElement = { vr: string; Value: unknown[] };
type TaggedDataset = Record<string, TaggedElement>;
type Dcmjs = {
  data: {
    DicomMetaDictionary: { nameMap: Record<string, { tag: string; vr: string } | undefined> };
    DicomDict: new (meta: TaggedDataset) => {
      dict: TaggedDataset;
      write(options: { allowInvalidVRLength: boolean }): ArrayBuffer;
    };
  };
};

/** What decides a VR that the dictionary leaves open, PS3.5 section 8.2 and PS3.6 section 6. */
type PixelContext = { BitsAllocated: unknown; PixelRepresentation: unknown; implicit: boolean };

/** dcmjs would write others, the 64 bit ones among them, as UN. */
const ENCODABLE_VRS: ReadonlySet<string> = new Set([
  'AE', 'AS', 'AT', 'CS', 'DA', 'DS', 'DT', 'FD', 'FL', 'IS', 'LO', 'LT', 'OB', 'OD', 'OF', 'OW', 'PN', 'SH', 'SL',
  'SQ', 'SS', 'ST', 'TM', 'UC', 'UI', 'UL', 'UR', 'US', 'UT',
]);

// dcmjs is large; a program that only imports this file does not pay for it.
const load = createRequire(import.meta.url);

/**
 * Writes `dataset` to `path` with the DICOM preamble and file meta information (PS3.10 section 7.1).
 *
 * Keys are keywords. Text is encoded in UTF-8 and SpecificCharacterSet says so. `undefined` leaves an element out,
 * `null`, `''` and `[]` write it empty. Binary values (OB, OD, OF, OW) are an ArrayBuffer or any view of one, in little
 * endian order. The transfer syntax is explicit or implicit VR little endian.
 *
 * Throws on a dataset that cannot be written as it stands (a bug of the caller) and on file system errors. After a
 * crash the file may be missing or cut short.
 */
export async function writePart10(
  path: string,
  dataset: Dataset,
  transferSyntaxUID: string = EXPLICIT_VR_LITTLE_ENDIAN,
): Promise<void> {
  if (transferSyntaxUID !== EXPLICIT_VR_LITTLE_ENDIAN && transferSyntaxUID !== IMPLICIT_VR_LITTLE_ENDIAN) {
    throw new Error(`writePart10 writes uncompressed little endian only, not transfer syntax ${transferSyntaxUID}`);
  }
  const dcmjs = load('dcmjs') as Dcmjs;
  const context: PixelContext = {
    BitsAllocated: dataset['BitsAllocated'],
    PixelRepresentation: dataset['PixelRepresentation'],
    implicit: transferSyntaxUID === IMPLICIT_VR_LITTLE_ENDIAN,
  };
  const meta = {
    FileMetaInformationVersion: Uint8Array.of(0, 1),
    MediaStorageSOPClassUID: dataset['SOPClassUID'],
    MediaStorageSOPInstanceUID: dataset['SOPInstanceUID'],
    TransferSyntaxUID: transferSyntaxUID,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
  };
  const file = new dcmjs.data.DicomDict(tagged(meta, dcmjs, context));
  file.dict = tagged({ ...dataset, SpecificCharacterSet: 'ISO_IR 192' }, dcmjs, context);
  // Values copied from a received object may be longer than the standard allows; they are kept as they came.
  await writeFile(path, new Uint8Array(file.write({ allowInvalidVRLength: true })));
}

function tagged(dataset: Dataset, dcmjs: Dcmjs, context: PixelContext): TaggedDataset {
  const elements: TaggedDataset = {};
  for (const [keyword, value] of Object.entries(dataset)) {
    if (value === undefined) continue;
    const entry = dcmjs.data.DicomMetaDictionary.nameMap[keyword];
    if (entry === undefined) throw new Error(`no data element has the keyword ${keyword}`);
    const vr = resolveVR(entry.vr, keyword, context);
    const values = value === null || value === '' ? [] : Array.isArray(value) ? value : [value];
    elements[entry.tag.replace(/[(),]/g, '')] = {
      vr,
      Value: values.map((one: unknown) => encodable(vr, keyword, one, dcmjs, context)),
    };
  }
  return elements;
}

function resolveVR(vr: string, keyword: string, context: PixelContext): string {
  if (vr === 'xs') return context.PixelRepresentation === 1 ? 'SS' : 'US';
  if (vr === 'ox') return context.implicit || Number(context.BitsAllocated) > 8 ? 'OW' : 'OB';
  if (ENCODABLE_VRS.has(vr)) return vr;
  throw new Error(`${keyword} has the VR ${vr}, which writePart10 cannot encode`);
}

function encodable(vr: string, keyword: string, value: unknown, dcmjs: Dcmjs, context: PixelContext): unknown {
  switch (vr) {
    case 'SQ':
      return tagged(value as Dataset, dcmjs, context);
    case 'OB':
    case 'OD':
    case 'OF':
    case 'OW':
      return exactBytes(value as ArrayBuffer | ArrayBufferView);
    case 'DS':
      return typeof value === 'number' ? formatDecimalString(value, keyword) : value;
    case 'IS':
      return typeof value === 'number' ? formatInteger(value, -(2 ** 31), 2 ** 31 - 1, keyword) : value;
    case 'US':
      return Number(formatInteger(value as number, 0, 0xffff, keyword));
    case 'UL':
      return Number(formatInteger(value as number, 0, 0xffffffff, keyword));
    case 'SS':
      return Number(formatInteger(value as number, -0x8000, 0x7fff, keyword));
    case 'SL':
      return Number(formatInteger(value as number, -(2 ** 31), 2 ** 31 - 1, keyword));
    default:
      return value;
  }
}

/** A copy that starts its own buffer, of even length: dcmjs ignores where a view starts in its buffer. */
function exactBytes(value: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  const view = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
  const bytes = new Uint8Array(view.length + (view.length % 2));
  bytes.set(view);
  return bytes.buffer;
}

/** The closest text of at most 16 characters, PS3.5 section 6.2 (DS). */
function formatDecimalString(value: number, keyword: string): string {
  if (!Number.isFinite(value)) throw new Error(`${keyword} cannot hold ${value}`);
  let text = String(value);
  for (let digits = 15; text.length > 16; digits -= 1) text = String(Number(value.toPrecision(digits)));
  return text;
}

function formatInteger(value: number, minimum: number, maximum: number, keyword: string): string {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new Error(`${keyword} cannot hold ${value}: an integer from ${minimum} to ${maximum} is expected`);
  }
  return String(value);
}
