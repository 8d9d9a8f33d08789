// Texts of an element, and an element of texts, in the character set of their data set. What a character set cannot
// say is not written at all: the caller removes it.

import type { DataElement, DataSet, ElementValue } from '../tree/data-set.ts';
import { isVR } from '../value-representation.ts';
import { decodeTexts } from '../values.ts';

const SPECIFIC_CHARACTER_SET = 0x00080005;
const UTF_8 = 'ISO_IR 192';
const LATIN_1 = 'ISO_IR 100';

/** What SpecificCharacterSet of a data set says; in an item without one, what is said around it. */
export function characterSetOf(dataSet: DataSet, around: readonly string[]): readonly string[] {
  const element = dataSet.get(SPECIFIC_CHARACTER_SET);
  return element === undefined ? around : textsOf(element, 'CS', []);
}

/** None of a value that is not text or lies in the file. */
export function textsOf({ value }: DataElement, vr: string, characterSet: readonly string[]): string[] {
  return value.kind === 'bytes' && isVR(vr) ? decodeTexts(value.bytes, vr, true, [...characterSet]) : [];
}

/** Undefined where the character set lacks one of the characters. */
export function valueOfTexts(texts: readonly string[], characterSet: readonly string[]): ElementValue | undefined {
  const text = texts.join('\\');
  const encoded = encode(text, characterSet);
  if (encoded === undefined) return undefined;
  return { kind: 'bytes', bytes: encoded.length % 2 === 0 ? encoded : Buffer.concat([encoded, Buffer.from(' ')]) };
}

function encode(text: string, [first = '', ...others]: readonly string[]): Buffer | undefined {
  if (/^[\x00-\x1a\x1c-\x7e]*$/.test(text)) return Buffer.from(text, 'latin1');
  if (others.length > 0) return undefined;
  if (first === UTF_8) return Buffer.from(text, 'utf8');
  return first === LATIN_1 && /^[\x00-\x1a\x1c-\xff]*$/.test(text) ? Buffer.from(text, 'latin1') : undefined;
}
