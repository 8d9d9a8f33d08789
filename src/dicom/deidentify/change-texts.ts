// Takes out of the texts of one element what identifies somebody.

import { isVR } from '../value-representation.ts';
import type { DataElement } from '../tree/data-set.ts';
import { textsOf, valueOfTexts } from './element-text.ts';
import type { Session } from './session.ts';

/** The element with other texts, or why there is none: nothing is to be changed, or nothing is left. */
export type TextChange = DataElement | 'as-it-is' | 'gone';

const FREE_TEXT: ReadonlySet<string> = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT']);
/** Words of a set: kept or taken out as a whole. */
const WORDS: ReadonlySet<string> = new Set(['AE', 'CS']);
/** Numbers, dates and ages, with what may legally stand in them: a value that holds more than that is looked at. */
const NUMBERS: Readonly<Record<string, RegExp>> = {
  AS: /^[\dDWMY ]*$/, DA: /^[\d.-]*$/, DS: /^[\d+.eE -]*$/, DT: /^[\d+. -]*$/, IS: /^[\d+ -]*$/, TM: /^[\d:. -]*$/,
};
/** What may hold anything. */
const OPAQUE: ReadonlySet<string> = new Set(['UN', 'OB']);

/** @param what the object's own terms alone, or whatever tells of a person */
export function changeTexts(
  session: Session, element: DataElement, vr: string, { characterSet }: { readonly characterSet: readonly string[] },
  what: 'terms' | 'everything',
): TextChange {
  const { cleaner } = session;
  if (OPAQUE.has(vr) || !isVR(vr)) return session.holdsTerm(element) ? 'gone' : 'as-it-is';
  const number = NUMBERS[vr];
  if (!FREE_TEXT.has(vr) && !WORDS.has(vr) && number === undefined) return 'as-it-is';
  if (element.value.kind !== 'bytes') return 'gone'; // too long to be looked at
  const texts = textsOf(element, vr, characterSet);
  const changed = texts.map((text) => {
    if (number?.test(text) === true) return text;
    if (WORDS.has(vr)) return cleaner.codeWithoutTerms(text);
    return what === 'terms' ? cleaner.withoutTerms(text) : cleaner.cleaned(text);
  });
  if (changed.every((text, index) => text === texts[index])) return 'as-it-is';
  if (changed.every((text) => text === '')) return 'gone';
  const value = valueOfTexts(changed, vr, characterSet);
  return value === undefined ? 'gone' : { ...element, value };
}
