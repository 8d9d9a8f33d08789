// Texts of an element, and a value of texts, in a character set that is known already: the walk through a data set
// carries it along.

import type { DataElement, ElementValue } from '../tree/data-set.ts';
import { encodeText } from '../encode-text.ts';
import { isVR } from '../value-representation.ts';
import { decodeTexts } from '../values.ts';

/** None of a value that is not text or lies in the file. */
export function textsOf({ value }: DataElement, vr: string, characterSet: readonly string[]): string[] {
  return value.kind === 'bytes' && isVR(vr) ? decodeTexts(value.bytes, vr, true, [...characterSet]) : [];
}

/** Undefined where the character set lacks one of the characters. */
export function valueOfTexts(
  texts: readonly string[], vr: string, characterSet: readonly string[],
): ElementValue | undefined {
  const bytes = encodeText(texts.join('\\'), characterSet, vr);
  if ('unencodable' in bytes) return undefined;
  return { kind: 'bytes', bytes: bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(' ')]) };
}
