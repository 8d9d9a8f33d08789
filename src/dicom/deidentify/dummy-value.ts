// Values that say nothing and are legal for their VR (PS3.5 section 6.2). The same for everybody; never made of what
// stood there.

import type { ElementValue } from '../tree/data-set.ts';

const NUMBER_BYTES: Readonly<Record<string, number>> = {
  AT: 4, FD: 8, FL: 4, SL: 4, SS: 2, SV: 8, UL: 4, US: 2, UV: 8, OD: 8, OF: 4, OL: 4, OV: 8, OW: 2, OB: 2, UN: 2,
};

const TEXT: Readonly<Record<string, string>> = {
  AS: '000Y', DA: '19000101', DT: '19000101000000', TM: '000000', DS: '0', IS: '0', UR: 'urn:removed', PN: 'REMOVED',
};

/** Of text that nothing better is known for. */
export const REMOVED_TEXT = 'REMOVED';

/** A dummy value of a VR; of a sequence, an empty one. */
export function dummyValue(vr: string): ElementValue {
  if (vr === 'SQ') return { kind: 'items', items: [] };
  const width = NUMBER_BYTES[vr];
  return { kind: 'bytes', bytes: width === undefined ? padded(TEXT[vr] ?? REMOVED_TEXT) : Buffer.alloc(width) };
}

/** ASCII text as a value, of even length. */
export function asciiValue(text: string, vr: string): ElementValue {
  return { kind: 'bytes', bytes: padded(text, vr === 'UI' ? '\0' : ' ') };
}

export const EMPTY_VALUE: ElementValue = { kind: 'bytes', bytes: Buffer.alloc(0) };

function padded(text: string, padding = ' '): Buffer {
  return Buffer.from(text.length % 2 === 0 ? text : text + padding, 'latin1');
}
