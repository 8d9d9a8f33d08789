// A data set whose texts are all in UTF-8 (ISO_IR 192), which can say what any other character set can: for names that
// the data set's own cannot.

import type { DataElement, DataSet } from '../tree/data-set.ts';
import { isVR } from '../value-representation.ts';
import { decodeText } from '../charset.ts';
import { asciiValue } from './dummy-value.ts';
import { characterSetOf } from './element-text.ts';

const SPECIFIC_CHARACTER_SET = 0x00080005;
export const UTF_8 = 'ISO_IR 192';

const TEXT_VRS: ReadonlySet<string> = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);

/** @returns undefined where a text is too long to be held in memory, and is not known to be ASCII */
export function toUtf8(dataSet: DataSet, around: readonly string[] = []): DataSet | undefined {
  const isTop = around.length === 0;
  const characterSet = characterSetOf(dataSet, around);
  const made: DataSet = new Map();
  for (const element of dataSet.values()) {
    const translated = translate(element, characterSet);
    if (translated === undefined) return undefined;
    made.set(element.tag, translated);
  }
  made.delete(SPECIFIC_CHARACTER_SET);
  if (isTop) {
    made.set(SPECIFIC_CHARACTER_SET, { tag: SPECIFIC_CHARACTER_SET, vr: 'CS', value: asciiValue(UTF_8, 'CS') });
  }
  return made;
}

function translate(element: DataElement, characterSet: readonly string[]): DataElement | undefined {
  const { vr, value } = element;
  if (value.kind === 'items') {
    const items = value.items.map((item) => toUtf8(item, characterSet.length === 0 ? [''] : characterSet));
    const whole = items.filter((item) => item !== undefined);
    return whole.length < items.length ? undefined : { ...element, value: { ...value, items: whole } };
  }
  if (!TEXT_VRS.has(vr) || !isVR(vr)) return element;
  if (value.kind !== 'bytes') return undefined;
  const bytes = Buffer.from(decodeText(value.bytes, characterSet, vr), 'utf8');
  return { ...element, value: { kind: 'bytes', bytes: bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(' ')]) } };
}
