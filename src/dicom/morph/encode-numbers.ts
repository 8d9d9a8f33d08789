// The bytes of binary numbers and tags, little endian, out of their texts (PS3.5 section 6.2).

import type { VR } from '../value-representation.ts';

interface NumberLayout {
  readonly width: number;
  /** Of whole numbers; undefined: any number. */
  readonly from?: bigint;
  readonly to?: bigint;
  readonly write: (bytes: Buffer, value: string, offset: number) => void;
}

const WHOLE = /^[+-]?\d{1,20}$/;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const TAG = /^\(?([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})\)?$/;

const LAYOUTS: Partial<Record<VR, NumberLayout>> = {
  US: { width: 2, ...unsigned(16), write: (bytes, value, at) => bytes.writeUInt16LE(Number(value), at) },
  SS: { width: 2, ...signed(16), write: (bytes, value, at) => bytes.writeInt16LE(Number(value), at) },
  UL: { width: 4, ...unsigned(32), write: (bytes, value, at) => bytes.writeUInt32LE(Number(value), at) },
  SL: { width: 4, ...signed(32), write: (bytes, value, at) => bytes.writeInt32LE(Number(value), at) },
  UV: { width: 8, ...unsigned(64), write: (bytes, value, at) => bytes.writeBigUInt64LE(BigInt(value), at) },
  SV: { width: 8, ...signed(64), write: (bytes, value, at) => bytes.writeBigInt64LE(BigInt(value), at) },
  FL: { width: 4, write: (bytes, value, at) => bytes.writeFloatLE(Number(value), at) },
  FD: { width: 8, write: (bytes, value, at) => bytes.writeDoubleLE(Number(value), at) },
};

function unsigned(bits: number): { readonly from: bigint; readonly to: bigint } {
  return { from: 0n, to: 2n ** BigInt(bits) - 1n };
}

function signed(bits: number): { readonly from: bigint; readonly to: bigint } {
  return { from: -(2n ** BigInt(bits - 1)), to: 2n ** BigInt(bits - 1) - 1n };
}

/** Whether values of a VR are written as binary numbers or tags. */
export function isNumberVR(vr: VR): boolean {
  return vr === 'AT' || LAYOUTS[vr] !== undefined;
}

/** Why a text is no value of such a VR, as an ending to "it …"; undefined where it is one. */
export function findNumberProblem(vr: VR, text: string): string | undefined {
  if (vr === 'AT') return TAG.test(text) ? undefined : 'is no value of VR AT, which is a tag such as 00100020';
  const { from, to } = LAYOUTS[vr] ?? {};
  if (from === undefined || to === undefined) {
    return DECIMAL.test(text) ? undefined : `is no value of VR ${vr}, which is a number`;
  }
  const isWithin = WHOLE.test(text) && BigInt(text) >= from && BigInt(text) <= to;
  return isWithin ? undefined : `is no value of VR ${vr}, which is a whole number, ${from} to ${to}`;
}

/** Of texts that findNumberProblem has nothing against. */
export function encodeNumbers(vr: VR, texts: readonly string[]): Buffer {
  if (vr === 'AT') return Buffer.concat(texts.map(encodeTag));
  const layout = LAYOUTS[vr];
  if (layout === undefined) throw new Error(`VR ${vr} is none of numbers`);
  const bytes = Buffer.alloc(layout.width * texts.length);
  texts.forEach((text, index) => layout.write(bytes, text, index * layout.width));
  return bytes;
}

function encodeTag(text: string): Buffer {
  const [, group = '', element = ''] = TAG.exec(text) ?? [];
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(parseInt(group, 16), 0);
  bytes.writeUInt16LE(parseInt(element, 16), 2);
  return bytes;
}
