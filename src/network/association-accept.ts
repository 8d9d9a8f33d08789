// Reads A-ASSOCIATE-AC (PS3.8 section 9.3.3): which presentation contexts a peer accepted, and how long PDUs may be.
//
// Takes what peers really send: any order of items, items it does not know, contexts that nobody proposed.
// Never throws.

/** What counts of the answer. */
export interface AssociationAccept {
  /** The longest P-DATA-TF PDU that the peer reads, in bytes without its header; 0 is no limit. */
  readonly maximumPDULength: number;
  /** The answer to each context by its ID; `result` 0 is acceptance (PS3.8 table 9-18). */
  readonly contexts: ReadonlyMap<number, { readonly result: number; readonly TransferSyntaxUID: string }>;
}

const PDU_HEADER_BYTES = 6;
const FIXED_BYTES = 68;
const ITEM_HEADER_BYTES = 4;
const PRESENTATION_CONTEXT_ITEM = 0x21;
const TRANSFER_SYNTAX_ITEM = 0x40;
const USER_INFORMATION_ITEM = 0x50;
const MAXIMUM_LENGTH_ITEM = 0x51;
/** Assumed where the peer does not say, though it must: what the oldest implementations read. */
const ASSUMED_MAXIMUM_PDU_LENGTH = 16384;

/** Parses a whole PDU, header included. */
export function parseAssociationAccept(pdu: Buffer): AssociationAccept | { readonly fault: string } {
  const items = parseItems(pdu.subarray(PDU_HEADER_BYTES + FIXED_BYTES));
  if (pdu.length < PDU_HEADER_BYTES + FIXED_BYTES || items === undefined) return { fault: 'A-ASSOCIATE-AC is cut off' };
  let maximumPDULength = ASSUMED_MAXIMUM_PDU_LENGTH;
  const contexts = new Map<number, { result: number; TransferSyntaxUID: string }>();
  for (const { type, value } of items) {
    if (type === USER_INFORMATION_ITEM) {
      const maximumLength = parseItems(value)?.find((item) => item.type === MAXIMUM_LENGTH_ITEM)?.value;
      if (maximumLength?.length === 4) maximumPDULength = maximumLength.readUInt32BE();
    }
    if (type === PRESENTATION_CONTEXT_ITEM) {
      if (value.length < 4) return { fault: 'a presentation context of A-ASSOCIATE-AC is cut off' };
      // A refused context's transfer syntax is not significant; some peers leave it out or cut it.
      const syntax = parseItems(value.subarray(4))?.find((item) => item.type === TRANSFER_SYNTAX_ITEM)?.value;
      contexts.set(value.readUInt8(0), {
        result: value.readUInt8(2),
        TransferSyntaxUID: syntax?.toString('latin1').replace(/[\0 ]/g, '') ?? '',
      });
    }
  }
  return { maximumPDULength, contexts };
}

/** Items one after the other: type, a reserved byte, length, value. Undefined where the bytes do not divide so. */
function parseItems(bytes: Buffer): { type: number; value: Buffer }[] | undefined {
  const items = [];
  for (let offset = 0; offset < bytes.length; ) {
    if (bytes.length - offset < ITEM_HEADER_BYTES) return undefined;
    const end = offset + ITEM_HEADER_BYTES + bytes.readUInt16BE(offset + 2);
    if (end > bytes.length) return undefined;
    items.push({ type: bytes.readUInt8(offset), value: bytes.subarray(offset + ITEM_HEADER_BYTES, end) });
    offset = end;
  }
  return items;
}
