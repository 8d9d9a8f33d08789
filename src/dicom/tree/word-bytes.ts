// Which values depend on the order of bytes, and how they are turned round (PS3.5 section 7.3).

import { isVR, type VR } from '../value-representation.ts';
import type { WordBytes } from './data-set.ts';

const WORD_BYTES: Partial<Record<VR, WordBytes>> = {
  US: 2, SS: 2, OW: 2, AT: 2, // a tag is two numbers of two bytes
  UL: 4, SL: 4, FL: 4, OF: 4, OL: 4,
  FD: 8, OD: 8, SV: 8, UV: 8, OV: 8,
};

/**
 * How many bytes are turned round together. Text, OB and UN stay as they are: a value of VR UN is little endian
 * wherever it stands (PS3.5 section 6.2.2). Undefined for what is no VR of the standard: nobody can know.
 */
export function findWordBytes(vr: string): WordBytes | undefined {
  return isVR(vr) ? (WORD_BYTES[vr] ?? 1) : undefined;
}

/** Turns the words of a buffer round where they lie. What is too short at the end for a word stays. */
export function swapWords(bytes: Buffer, wordBytes: WordBytes): void {
  const words = bytes.subarray(0, bytes.length - (bytes.length % wordBytes));
  switch (wordBytes) {
    case 1: return;
    case 2: words.swap16(); return;
    case 4: words.swap32(); return;
    case 8: words.swap64(); return;
  }
}
