// Bytes of data elements for tests, written by hand so that faults can be written too.

/** How to write: the two encodings the standard has, and the retired one. */
export type Encoding = 'implicit' | 'explicit' | 'big endian';

const LONG_LENGTH = /^(OB|OD|OF|OL|OV|OW|SQ|SV|UC|UN|UR|UT|UV)$/;

export const UNDEFINED_LENGTH = 0xffffffff;

/** Tag, VR and length. */
export function head(tag: number, vr: string, length: number, encoding: Encoding = 'explicit'): Buffer {
  const bytes = Buffer.alloc(12);
  const big = encoding === 'big endian';
  uint16(bytes, tag >>> 16, 0, big);
  uint16(bytes, tag & 0xffff, 2, big);
  if (encoding === 'implicit' || tag >>> 16 === 0xfffe) {
    uint32(bytes, length, 4, big);
    return bytes.subarray(0, 8);
  }
  bytes.write(vr, 4, 'latin1');
  if (LONG_LENGTH.test(vr)) {
    uint32(bytes, length, 8, big);
    return bytes;
  }
  uint16(bytes, length, 6, big);
  return bytes.subarray(0, 8);
}

/** A whole element. Its value is written as it is; texts are padded to even length with a space. */
export function element(tag: number, vr: string, value: Buffer | string, encoding: Encoding = 'explicit'): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value + ' '.repeat(value.length % 2), 'latin1') : value;
  return Buffer.concat([head(tag, vr, bytes.length, encoding), bytes]);
}

/** An item, a delimitation, or nothing but their heads. */
export function item(length: number, content: Buffer = Buffer.alloc(0), encoding: Encoding = 'explicit'): Buffer {
  return Buffer.concat([head(0xfffee000, '', length, encoding), content]);
}

export function itemEnd(encoding: Encoding = 'explicit'): Buffer {
  return head(0xfffee00d, '', 0, encoding);
}

export function sequenceEnd(encoding: Encoding = 'explicit'): Buffer {
  return head(0xfffee0dd, '', 0, encoding);
}

/** Bytes from Latin-1 text in which <1B 24> stands for bytes in hexadecimal. */
export function bytesOf(text: string): Buffer {
  const pieces = text.split(/<([0-9A-F ]+)>/);
  return Buffer.concat(pieces.map((piece, index) =>
    index % 2 === 0 ? Buffer.from(piece, 'latin1') : Buffer.from(piece.replaceAll(' ', ''), 'hex')));
}

function uint16(bytes: Buffer, value: number, offset: number, big: boolean): void {
  if (big) bytes.writeUInt16BE(value, offset);
  else bytes.writeUInt16LE(value, offset);
}

function uint32(bytes: Buffer, value: number, offset: number, big: boolean): void {
  if (big) bytes.writeUInt32BE(value, offset);
  else bytes.writeUInt32LE(value, offset);
}
