// The front of a DICOM file: preamble, DICM and the file meta information, group 0002, which is explicit VR little
// endian whatever follows (PS3.10 section 7.1). Makes it for a dataset that was received, reads it of any file.

import { open } from 'node:fs/promises';

import { formatTag, parseElementHead } from './element-head.ts';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from './implementation.ts';
import { trimPadding } from './padding.ts';
import { transferSyntax } from './transfer-syntaxes.ts';
import { isUID } from './uid.ts';

const PREAMBLE_BYTES = 128;
const PREFIX = 'DICM';
const GROUP_OFFSET = PREAMBLE_BYTES + PREFIX.length;
const FILE_META_GROUP = 0x0002;
const GROUP_LENGTH_TAG = 0x00020000;
const EXPLICIT_LITTLE_ENDIAN = { littleEndian: true, explicitVR: true };

/** The longest front that is read; real ones take some hundred bytes. */
export const MAXIMUM_FRONT_BYTES = 64 * 1024;

const GROUP_LENGTH_HEAD = Buffer.from([0x02, 0x00, 0x00, 0x00, 0x55, 0x4c, 0x04, 0x00]);
const FILE_META_INFORMATION_VERSION = Buffer.from('\x02\0\x01\0OB\0\0\x02\0\0\0\0\x01', 'latin1');

// In the order of their tags, as they must be written.
const ELEMENTS = {
  MediaStorageSOPClassUID: { tag: 0x00020002, vr: 'UI' },
  MediaStorageSOPInstanceUID: { tag: 0x00020003, vr: 'UI' },
  TransferSyntaxUID: { tag: 0x00020010, vr: 'UI' },
  ImplementationClassUID: { tag: 0x00020012, vr: 'UI' },
  ImplementationVersionName: { tag: 0x00020013, vr: 'SH' },
  SourceApplicationEntityTitle: { tag: 0x00020016, vr: 'AE' },
  SendingApplicationEntityTitle: { tag: 0x00020017, vr: 'AE' },
  ReceivingApplicationEntityTitle: { tag: 0x00020018, vr: 'AE' },
} as const;

type FileMetaKeyword = keyof typeof ELEMENTS;

const KEYWORDS = Object.keys(ELEMENTS) as FileMetaKeyword[];
const KEYWORD_BY_TAG = new Map<number, FileMetaKeyword>(KEYWORDS.map((keyword) => [ELEMENTS[keyword].tag, keyword]));

/** What to say of a dataset in front of it. The implementation's own two elements are added. */
export interface FileMetaValues {
  MediaStorageSOPClassUID: string;
  MediaStorageSOPInstanceUID: string;
  TransferSyntaxUID: string;
  SourceApplicationEntityTitle?: string;
  SendingApplicationEntityTitle?: string;
  ReceivingApplicationEntityTitle?: string;
}

/** What a file says of the dataset in it. The elements that files ought to have but may lack are optional. */
export interface FileMeta extends Partial<Record<FileMetaKeyword, string>> {
  TransferSyntaxUID: string;
  /** Where the dataset begins, in bytes from the start of the file. */
  datasetOffset: number;
}

/** Why something is no DICOM file, as an ending to "the file …". */
export interface NotDicom {
  notDicom: string;
}

/** Preamble, prefix and file meta information; the dataset in that transfer syntax is to follow as it is. */
export function encodeFileMeta(values: FileMetaValues): Buffer {
  const all: Partial<Record<FileMetaKeyword, string>> = {
    ...values,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
  };
  const elements: Buffer[] = [FILE_META_INFORMATION_VERSION];
  for (const keyword of KEYWORDS) {
    const value = all[keyword];
    if (value !== undefined) elements.push(encodeElement(keyword, value));
  }
  const group = Buffer.concat(elements);
  const groupLength = Buffer.alloc(4);
  groupLength.writeUInt32LE(group.length);
  return Buffer.concat([Buffer.alloc(PREAMBLE_BYTES), Buffer.from(PREFIX), GROUP_LENGTH_HEAD, groupLength, group]);
}

/** The file meta information of a file, of which it reads only the front. Rejects as the file system does. */
export async function readFileMeta(path: string | Buffer): Promise<FileMeta | NotDicom> {
  const file = await open(path, 'r');
  try {
    const front = Buffer.allocUnsafe(MAXIMUM_FRONT_BYTES);
    const { bytesRead } = await file.read(front, 0, front.length, 0);
    return parseFileMeta(front.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/**
 * The file meta information at the front of a file's bytes, 64 KiB of which are enough. Files without preamble and
 * DICM are refused. The group length, often wrong in the field, is only believed where nothing else tells the end.
 */
export function parseFileMeta(bytes: Buffer): FileMeta | NotDicom {
  if (bytes.toString('latin1', PREAMBLE_BYTES, GROUP_OFFSET) !== PREFIX) {
    return { notDicom: `has no ${PREFIX} after a preamble of ${PREAMBLE_BYTES} bytes` };
  }
  const meta: Partial<FileMeta> = {};
  let groupEnd: number | undefined;
  let offset = GROUP_OFFSET;
  while (offset + 2 <= bytes.length && bytes.readUInt16LE(offset) === FILE_META_GROUP) {
    if (offset === groupEnd && mayBeginLikeFileMeta(meta.TransferSyntaxUID)) break;
    const head = parseElementHead(bytes, offset, EXPLICIT_LITTLE_ENDIAN);
    const valueOffset = typeof head === 'number' ? offset + head : offset + head.headLength;
    const end = typeof head === 'number' ? valueOffset : valueOffset + head.length;
    if (typeof head === 'number' || end > bytes.length) {
      return { notDicom: `ends within its file meta information, at byte ${offset}, or has far too much of it` };
    }
    const keyword = KEYWORD_BY_TAG.get(head.tag);
    if (keyword !== undefined) meta[keyword] = trimPadding(bytes.toString('latin1', valueOffset, end));
    if (head.tag === GROUP_LENGTH_TAG && head.length === 4) groupEnd = end + bytes.readUInt32LE(valueOffset);
    offset = end;
  }
  if (meta.TransferSyntaxUID === undefined || meta.TransferSyntaxUID === '') {
    return { notDicom: `has no TransferSyntaxUID ${formatTag(ELEMENTS.TransferSyntaxUID.tag)}` };
  }
  if (!isUID(meta.TransferSyntaxUID)) return { notDicom: 'has a TransferSyntaxUID that is no UID' }; // peers are told it
  return { ...meta, TransferSyntaxUID: meta.TransferSyntaxUID, datasetOffset: offset };
}

/** A deflated dataset may begin with any two bytes, and one in big endian with group 0200, whose bytes are the same. */
function mayBeginLikeFileMeta(TransferSyntaxUID = ''): boolean {
  const { deflated, littleEndian } = transferSyntax(TransferSyntaxUID);
  return deflated || !littleEndian;
}

function encodeElement(keyword: FileMetaKeyword, value: string): Buffer {
  const { tag, vr } = ELEMENTS[keyword];
  const padded = value.length % 2 === 0 ? value : value + (vr === 'UI' ? '\0' : ' ');
  const element = Buffer.alloc(8 + padded.length);
  element.writeUInt16LE(tag >>> 16, 0);
  element.writeUInt16LE(tag & 0xffff, 2);
  element.write(vr, 4, 'latin1');
  element.writeUInt16LE(padded.length, 6);
  element.write(padded, 8, 'latin1');
  return element;
}
