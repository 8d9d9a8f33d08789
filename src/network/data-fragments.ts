// Cuts a command set or dataset into P-DATA-TF PDUs of one fragment each (PS3.8 section 9.3.5), without copying it.
//
// Fragments are even (PS3.8 annex E.2; some peers abort otherwise). Files of the deflated transfer syntax may end at an
// odd byte: those get the NUL that PS3.5 section A.5 puts behind them, the only byte that is ever added.

const PDU_AND_PDV_HEADER_BYTES = 12;
/** What the PDU length counts besides the fragment: the PDV's length, context ID and control header. */
const PDV_HEADER_BYTES = 6;
const P_DATA_TF = 0x04;
const COMMAND = 0b01;
const LAST = 0b10;

/** Whose bytes they are: the context, whether they are a command set, and whether nothing follows them. */
export interface FragmentsOf {
  readonly contextId: number;
  readonly isCommand: boolean;
  /** Whether `bytes` end the command set or dataset. */
  readonly endsMessagePart: boolean;
}

/**
 * The most bytes that a fragment may have for a peer that reads PDUs of this length (0 is any), even as PS3.8 annex E.2
 * wants it, in PDUs of at most `ownMaximum`. Undefined where the peer leaves no room for any.
 */
export function maximumFragmentBytes(maximumPDULength: number, ownMaximum: number): number | undefined {
  const pduLength = maximumPDULength === 0 ? ownMaximum : Math.min(maximumPDULength, ownMaximum);
  const bytes = Math.floor((pduLength - PDV_HEADER_BYTES) / 2) * 2;
  return bytes >= 2 ? bytes : undefined;
}

const PADDING = Buffer.alloc(1);

/**
 * The buffers to write one after the other: headers made here, and views of `bytes` between them.
 * Only what ends a command set or dataset may be odd; `fragmentBytes` is even.
 */
export function cutIntoFragments(bytes: Buffer, fragmentBytes: number, of: FragmentsOf): Buffer[] {
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length || start === 0; start += fragmentBytes) {
    const fragment = bytes.subarray(start, start + fragmentBytes);
    const isLast = of.endsMessagePart && start + fragmentBytes >= bytes.length;
    const paddingBytes = fragment.length % 2;
    const evenBytes = fragment.length + paddingBytes;
    const header = Buffer.alloc(PDU_AND_PDV_HEADER_BYTES);
    header.writeUInt8(P_DATA_TF, 0);
    header.writeUInt32BE(PDV_HEADER_BYTES + evenBytes, 2);
    header.writeUInt32BE(PDV_HEADER_BYTES - 4 + evenBytes, 6);
    header.writeUInt8(of.contextId, 10);
    header.writeUInt8((of.isCommand ? COMMAND : 0) | (isLast ? LAST : 0), 11);
    pieces.push(header, fragment);
    if (paddingBytes > 0) pieces.push(PADDING);
  }
  return pieces;
}
