// Looks at an A-ASSOCIATE-RQ before the library does (PS3.8 section 9.3.2): whether its items lie within each other as
// they claim, and the two things that the library steps over. Items of other types, which are to be passed over, are
// taken out: the library would read what is in them as further items.

import { trimPaddingAtEnd } from '../dicom/padding.ts';
import { type Rejection, rejectApplicationContext, rejectProtocolVersion } from './rejection.ts';

const PDU_HEADER_BYTES = 6;
const PDU_LENGTH_OFFSET = 2;
/** Header, protocol version, titles and reserved bytes. */
const FIXED_BYTES = 74;
const PROTOCOL_VERSION_OFFSET = 6;
const ITEM_HEADER_BYTES = 4;
/** Context ID and reserved bytes in front of the sub-items of a presentation context. */
const CONTEXT_HEAD_BYTES = 4;

const ITEM = { applicationContext: 0x10, presentationContext: 0x20, userInformation: 0x50 } as const;
const KNOWN_ITEMS: ReadonlySet<number> = new Set(Object.values(ITEM));

export const DICOM_APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';

/** Protocol version 1 is bit 0. */
const PROTOCOL_VERSION = 0b1;

export interface AssociateRequestFrame {
  readonly protocolVersion: number;
  /** Empty where there is none. */
  readonly applicationContextName: string;
}

/** What the library is given in the request's place: its header and the items of known types. */
interface KnownItems {
  readonly known: Buffer;
}

/**
 * @param pdu with its header
 * @returns a fault where an item runs past what holds it, or is cut off
 */
export function parseAssociateRequestFrame(
  pdu: Buffer,
): (AssociateRequestFrame & KnownItems) | { readonly fault: string } {
  if (pdu.length < FIXED_BYTES) return { fault: `A-ASSOCIATE-RQ of ${pdu.length} bytes is cut off` };
  let applicationContextName = '';
  const known = [pdu.subarray(0, FIXED_BYTES)];
  for (let start = FIXED_BYTES; start < pdu.length; ) {
    const item = itemAt(pdu, start, pdu.length);
    if (item === undefined) return { fault: `item at byte ${start} of A-ASSOCIATE-RQ is cut off` };
    if (item.type === ITEM.applicationContext) applicationContextName = uidText(pdu, item);
    if (!subItemsFit(pdu, item)) return { fault: `items within that at byte ${start} of A-ASSOCIATE-RQ do not fit it` };
    if (KNOWN_ITEMS.has(item.type)) known.push(pdu.subarray(start, item.end));
    start = item.end;
  }
  const protocolVersion = pdu.readUInt16BE(PROTOCOL_VERSION_OFFSET);
  return { protocolVersion, applicationContextName, known: joinPdu(known) };
}

/** Undefined where the peer asks for an association of DICOM. */
export function findProtocolRejection(
  { protocolVersion, applicationContextName }: AssociateRequestFrame,
): Rejection | undefined {
  if ((protocolVersion & PROTOCOL_VERSION) === 0) return rejectProtocolVersion(protocolVersion);
  if (applicationContextName !== DICOM_APPLICATION_CONTEXT) return rejectApplicationContext(applicationContextName);
  return undefined;
}

/** @param parts the header in front, whose length is set anew */
function joinPdu(parts: readonly Buffer[]): Buffer {
  const pdu = Buffer.concat(parts);
  pdu.writeUInt32BE(pdu.length - PDU_HEADER_BYTES, PDU_LENGTH_OFFSET);
  return pdu;
}

interface Item {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** The item at an offset without its header; undefined where it does not end before `end`. */
function itemAt(pdu: Buffer, offset: number, end: number): Item | undefined {
  const start = offset + ITEM_HEADER_BYTES;
  if (start > end) return undefined;
  const item = { type: pdu.readUInt8(offset), start, end: start + pdu.readUInt16BE(offset + 2) };
  return item.end <= end ? item : undefined;
}

function subItemsFit(pdu: Buffer, item: Item): boolean {
  if (item.type !== ITEM.presentationContext && item.type !== ITEM.userInformation) return true;
  let offset = item.type === ITEM.presentationContext ? item.start + CONTEXT_HEAD_BYTES : item.start;
  while (offset < item.end) {
    const subItem = itemAt(pdu, offset, item.end);
    if (subItem === undefined) return false;
    offset = subItem.end;
  }
  return offset === item.end;
}

function uidText(pdu: Buffer, item: Item): string {
  return trimPaddingAtEnd(pdu.toString('latin1', item.start, item.end));
}
