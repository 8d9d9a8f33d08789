// Cuts the bytes of a TCP connection into DICOM upper layer PDUs (PS3.8 section 9.3), whatever the boundaries of the
// chunks in which they arrive.
//
// P-DATA-TF is handed on fragment by fragment as it comes, in views of the chunk, never collected; every other PDU is
// small and handed on whole. Of a chunk, only what must wait is copied: its bytes are the caller's again at once. Memory held is bounded whatever a peer claims. What cannot be a PDU is a fault, after
// which nothing more is read. It never looks into a command set or dataset, and never writes to the connection.

const HEADER_BYTES = 6;
const P_DATA_TF = 0x04;
const FIRST_TYPE = 0x01;
const LAST_TYPE = 0x07;
const IS_COMMAND = 0b01;
const IS_LAST = 0b10;

/** Longest A-ASSOCIATE PDU that is read: room for 128 contexts of many transfer syntaxes and for user identities. */
export const MAXIMUM_OTHER_PDU_BYTES = 256 * 1024;

/** What is wrong with the bytes of a peer. Lengths are those that the peer claims. */
export type PduFault =
  | { readonly reason: 'pdu-type'; readonly type: number }
  | { readonly reason: 'pdu-length'; readonly type: number; readonly length: number; readonly maximum: number }
  | { readonly reason: 'pdv-length'; readonly length: number; readonly left: number };

/** Who gets what is read, in the order in which it was sent. A returned promise holds back all that follows. */
export interface PduConsumer {
  /** Any PDU but P-DATA-TF, with its header of 6 bytes. */
  otherPdu(pdu: Buffer): Promise<void> | undefined;
  /**
   * A piece of the fragment of one presentation data value (PS3.8 section 9.3.5 and annex E.2).
   * @param isLast whether the fragment is the last of its command set or dataset
   * @param chunk a view of what was read, empty for an empty fragment; its bytes change after the call
   * @param endOfFragment whether the fragment ends with this chunk
   */
  fragment(presentationContextID: number, isCommand: boolean, isLast: boolean, chunk: Buffer,
    endOfFragment: boolean): Promise<void> | undefined;
  /** Told once; nothing is read afterwards. */
  fault(fault: PduFault): void;
}

type Expected = 'pdu-header' | 'other-pdu' | 'pdv-header' | 'fragment' | 'nothing';

/** Reads one direction of one connection. */
export class PduReader {
  readonly #maximumPDULength: number;
  readonly #consumer: PduConsumer;
  #expected: Expected = 'pdu-header';
  /** The header of a PDU or of a presentation data value (both are 6 bytes), as far as it has come. */
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerFilled = 0;
  /** Bytes of the PDU that have not come yet. */
  #pduLeft = 0;
  #otherPdu: Buffer[] = [];
  #fragmentLeft = 0;
  #presentationContextID = 0;
  #control = 0;
  #waiting: Promise<void> | undefined;

  /** @param maximumPDULength what we announced to the peer: the longest P-DATA-TF without its header; 0 is no limit */
  constructor(maximumPDULength: number, consumer: PduConsumer) {
    this.#maximumPDULength = maximumPDULength === 0 ? Infinity : maximumPDULength;
    this.#consumer = consumer;
  }

  /**
   * Takes the next bytes of the connection, which may change as soon as it returns.
   * @returns a promise where the consumer holds back: the next chunk must wait for it. It rejects as the consumer's.
   */
  read(chunk: Buffer): Promise<void> | undefined {
    return this.#read(chunk, false);
  }

  /** @param isCopy whether the bytes do not change: what waits is copied once, not by every message in front of it */
  #read(chunk: Buffer, isCopy: boolean): Promise<void> | undefined {
    let offset = 0;
    while (offset < chunk.length) {
      offset += this.#take(chunk, offset);
      if (this.#waiting !== undefined) {
        const waiting = this.#waiting;
        this.#waiting = undefined;
        if (offset === chunk.length) return waiting;
        const rest = chunk.subarray(offset);
        const kept = isCopy ? rest : Buffer.from(rest);
        return waiting.then(() => this.#read(kept, true));
      }
    }
    return undefined;
  }

  /** Reads nothing more, not even what it holds back. */
  stop(): void {
    this.#expected = 'nothing';
    this.#otherPdu = [];
  }

  /** Takes what belongs to the expected part. @returns how many bytes. */
  #take(chunk: Buffer, offset: number): number {
    const here = chunk.length - offset;
    switch (this.#expected) {
      case 'pdu-header': {
        const taken = this.#takeHeader(chunk, offset);
        if (this.#headerFilled === HEADER_BYTES) this.#beginPdu();
        return taken;
      }
      case 'pdv-header': {
        if (this.#pduLeft < HEADER_BYTES) {
          this.#fail({ reason: 'pdv-length', length: 0, left: this.#pduLeft });
          return here;
        }
        const taken = this.#takeHeader(chunk, offset);
        if (this.#headerFilled === HEADER_BYTES) this.#beginFragment();
        return taken;
      }
      case 'other-pdu': {
        const taken = Math.min(this.#pduLeft, here);
        this.#otherPdu.push(Buffer.from(chunk.subarray(offset, offset + taken)));
        this.#pduLeft -= taken;
        if (this.#pduLeft === 0) this.#endOtherPdu();
        return taken;
      }
      case 'fragment': {
        const taken = Math.min(this.#fragmentLeft, here);
        this.#fragmentLeft -= taken;
        this.#pduLeft -= taken;
        this.#passOn(chunk.subarray(offset, offset + taken));
        return taken;
      }
      case 'nothing':
        return here;
    }
  }

  #takeHeader(chunk: Buffer, offset: number): number {
    const taken = chunk.copy(this.#header, this.#headerFilled, offset);
    this.#headerFilled += taken;
    return taken;
  }

  #beginPdu(): void {
    this.#headerFilled = 0;
    const type = this.#header.readUInt8(0);
    const length = this.#header.readUInt32BE(2);
    if (type < FIRST_TYPE || type > LAST_TYPE) return this.#fail({ reason: 'pdu-type', type });
    const maximum = type === P_DATA_TF ? this.#maximumPDULength : MAXIMUM_OTHER_PDU_BYTES;
    if (length > maximum) return this.#fail({ reason: 'pdu-length', type, length, maximum });

    this.#pduLeft = length;
    if (type === P_DATA_TF) return this.#expectNext();
    this.#otherPdu = [Buffer.from(this.#header)];
    this.#expected = 'other-pdu';
    if (length === 0) this.#endOtherPdu();
  }

  #endOtherPdu(): void {
    const pdu = Buffer.concat(this.#otherPdu);
    this.#otherPdu = [];
    this.#expected = 'pdu-header';
    this.#waiting = this.#consumer.otherPdu(pdu);
  }

  #beginFragment(): void {
    this.#headerFilled = 0;
    this.#pduLeft -= HEADER_BYTES;
    // The length counts the context ID and the control header, which were read with it.
    const length = this.#header.readUInt32BE(0);
    this.#fragmentLeft = length - 2;
    if (length < 2 || this.#fragmentLeft > this.#pduLeft) {
      return this.#fail({ reason: 'pdv-length', length, left: this.#pduLeft + 2 });
    }
    this.#presentationContextID = this.#header.readUInt8(4);
    this.#control = this.#header.readUInt8(5);
    this.#expected = 'fragment';
    if (this.#fragmentLeft === 0) this.#passOn(this.#header.subarray(0, 0));
  }

  #passOn(chunk: Buffer): void {
    const endOfFragment = this.#fragmentLeft === 0;
    if (endOfFragment) this.#expectNext();
    const isCommand = (this.#control & IS_COMMAND) !== 0;
    const isLast = (this.#control & IS_LAST) !== 0;
    this.#waiting = this.#consumer.fragment(this.#presentationContextID, isCommand, isLast, chunk, endOfFragment);
  }

  /** Another fragment of the PDU, or the next PDU. */
  #expectNext(): void {
    this.#expected = this.#pduLeft === 0 ? 'pdu-header' : 'pdv-header';
  }

  #fail(fault: PduFault): void {
    this.stop();
    this.#consumer.fault(fault);
  }
}
