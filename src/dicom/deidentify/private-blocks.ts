// Private elements of a data set by the blocks of their creators (PS3.5 section 7.8.1): (gggg,00bb) names who owns
// (gggg,bb00) to (gggg,bbff).

import type { DataElement, DataSet } from '../tree/data-set.ts';
import { trimPadding } from '../padding.ts';

export function isPrivate(tag: number): boolean {
  return ((tag >>> 16) & 1) === 1;
}

/** The creator's own element, (gggg,0010) to (gggg,00ff). */
export function isPrivateCreator(tag: number): boolean {
  const element = tag & 0xffff;
  return isPrivate(tag) && element >= 0x10 && element <= 0xff;
}

/** The tag of the element that names the creator of a private one; of one outside all blocks, undefined. */
export function creatorTag(tag: number): number | undefined {
  const block = (tag & 0xffff) >>> 8;
  return block < 0x10 ? undefined : ((tag & 0xffff0000) | block) >>> 0;
}

/** Who owns a private element of this data set; undefined where nobody says. */
export function creatorOf(tag: number, dataSet: DataSet): string | undefined {
  const of = creatorTag(tag);
  const element: DataElement | undefined = of === undefined ? undefined : dataSet.get(of);
  if (element?.value.kind !== 'bytes') return undefined;
  const creator = trimPadding(element.value.bytes.toString('latin1'));
  return creator === '' ? undefined : creator;
}
