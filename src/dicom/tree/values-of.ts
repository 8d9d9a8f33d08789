// The values of a data set's elements as texts and numbers.

import { tagOf } from '../keywords.ts';
import { isVR } from '../value-representation.ts';
import { decodeNumbers, decodeTexts } from '../values.ts';
import type { DataSet } from './data-set.ts';

const SPECIFIC_CHARACTER_SET = tagOf('SpecificCharacterSet');

/** All the values of SpecificCharacterSet; of an item without one, that of the data sets around it. */
export function characterSetOf(dataSet: DataSet, around: readonly string[] = []): readonly string[] {
  const value = dataSet.get(SPECIFIC_CHARACTER_SET)?.value;
  return value?.kind === 'bytes' ? decodeTexts(value.bytes, 'CS', true, []) : around;
}

/**
 * All values of an element, without padding, empty ones included; numbers in decimal, tags as 8 hexadecimal digits.
 * None of an element that is absent, empty, a sequence, opaque, or longer than what is held in memory.
 * @param around the character set of the data sets around it, for an item
 */
export function texts(dataSet: DataSet, tag: number, around: readonly string[] = []): string[] {
  const { vr, value } = dataSet.get(tag) ?? {};
  if (value?.kind !== 'bytes' || vr === undefined || !isVR(vr)) return [];
  return decodeTexts(value.bytes, vr, true, [...characterSetOf(dataSet, around)]);
}

/** The first value; undefined where there is none or it is empty. */
export function text(dataSet: DataSet, tag: number, around: readonly string[] = []): string | undefined {
  return texts(dataSet, tag, around)[0] || undefined;
}

/** All numbers of an element, binary or decimal texts; without what is none. */
export function numbers(dataSet: DataSet, tag: number): number[] {
  const { vr, value } = dataSet.get(tag) ?? {};
  return value?.kind === 'bytes' && vr !== undefined && isVR(vr) ? decodeNumbers(value.bytes, vr, true) : [];
}
