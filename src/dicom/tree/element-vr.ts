// The VR of an element that is written without one: by the dictionary, and where that leaves it open, by what stands
// around it (PS3.5 section A.1, PS3.6 section 6).

import type { Dictionary } from '../dictionary.ts';
import { tagOf } from '../keywords.ts';
import type { VR } from '../value-representation.ts';
import type { DataSet } from './data-set.ts';

/** A data set and those around it. */
export interface Scope {
  readonly dataSet: DataSet;
  readonly around: Scope | undefined;
}

const PIXEL_REPRESENTATION = tagOf('PixelRepresentation');
const SIGNED = 1;

/** UN for what the dictionary does not have, private elements among it. */
export function standardVR(tag: number, { vrOf, mayBeSigned }: Dictionary, scope: Scope): VR {
  const element = tag & 0xffff;
  if (element === 0) return 'UL'; // group length
  const isPrivate = ((tag >>> 16) & 1) === 1;
  if (isPrivate) return element >= 0x10 && element <= 0xff ? 'LO' : 'UN'; // a private creator (section 7.8.1)
  return mayBeSigned(tag) && isSigned(scope) ? 'SS' : (vrOf(tag) ?? 'UN');
}

/** By the nearest PixelRepresentation: an item, of a LUT for instance, has none of its own. */
function isSigned(scope: Scope): boolean {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.around) {
    const value = at.dataSet.get(PIXEL_REPRESENTATION)?.value;
    if (value?.kind === 'bytes' && value.bytes.length >= 2) return value.bytes.readUInt16LE(0) === SIGNED;
  }
  return false;
}
