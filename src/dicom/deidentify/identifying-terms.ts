// What an object itself says of its patient and of the people and places around: the names, numbers and dates that
// must not be found in any text of it afterwards. Read off the elements that the profile does not keep, at any depth.
//
// Never looks into pixels, and knows only what the object says somewhere as a value of its own.

import { decodeTexts } from '../values.ts';
import { isVR } from '../value-representation.ts';
import type { DataElement, DataSet } from '../tree/data-set.ts';
import type { ConfidentialityRow } from './confidentiality-table.ts';
import { findConfidentialityRow } from './confidentiality-table.ts';

export interface IdentifyingTerms {
  /** Whole values: a name, a number, an institution. Lower case. */
  readonly values: ReadonlySet<string>;
  /** Family names, given names and the like. Lower case. */
  readonly nameParts: ReadonlySet<string>;
  /** As YYYYMMDD. */
  readonly dates: ReadonlySet<string>;
}

const NAMING_VRS: ReadonlySet<string> = new Set(['PN', 'LO', 'SH', 'ST', 'LT', 'UC', 'UT', 'AE']);
const DATE_VRS: ReadonlySet<string> = new Set(['DA', 'DT']);
const SPECIFIC_CHARACTER_SET = 0x00080005;
/** Parts of names that are no names. */
const TITLES: ReadonlySet<string> = new Set([
  'dr.', 'jr.', 'jun', 'med', 'mrs', 'ms.', 'phd', 'prof', 'sen', 'van', 'von',
]);
/** So that a hostile object costs no more than memory for these. */
const MOST_TERMS = 20_000;
/** An examination takes days, and has some dates besides. */
const MOST_DATES = 100;
const LONGEST_TERM = 200;

/** @param isKept whether the profile leaves the elements of a row as they are */
export function findIdentifyingTerms(
  dataSet: DataSet, vrOf: (element: DataElement) => string, isKept: (row: ConfidentialityRow) => boolean,
): IdentifyingTerms {
  const terms = { values: new Set<string>(), nameParts: new Set<string>(), dates: new Set<string>() };
  collect(dataSet, []);
  return terms;

  function collect(items: DataSet, inherited: string[]): void {
    const characterSet = textsOf(items.get(SPECIFIC_CHARACTER_SET), 'CS', []) ?? inherited;
    for (const element of items.values()) {
      if (element.value.kind === 'items') {
        for (const item of element.value.items) collect(item, characterSet);
      } else {
        const vr = vrOf(element);
        for (const text of textsOf(element, vr, characterSet) ?? []) add(element.tag, vr, text);
      }
    }
  }

  function add(tag: number, vr: string, text: string): void {
    if (terms.values.size + terms.nameParts.size > MOST_TERMS) return;
    const row = findConfidentialityRow(tag);
    if (DATE_VRS.has(vr) && row !== undefined && !isKept(row)) {
      const [date] = /^\d{8}/.exec(text.replaceAll('.', '')) ?? [];
      if (date !== undefined && terms.dates.size < MOST_DATES) terms.dates.add(date);
    }
    const isNaming = vr === 'PN' || (row !== undefined && NAMING_VRS.has(vr) && isIdentifier(row) && !isKept(row));
    if (!isNaming || text.length > LONGEST_TERM) return;
    const value = plainName(text);
    if (isTelling(value)) terms.values.add(value);
    if (vr !== 'PN') return;
    for (const part of text.toLowerCase().split(/[\s^=,\\]+/)) {
      if (isTelling(part) && !TITLES.has(part)) terms.nameParts.add(part);
    }
  }
}

/** Rows of free text and of what many patients share (`white`, `female`) name nobody. */
function isIdentifier({ tag, options }: ConfidentialityRow): boolean {
  return tag !== 'private' && !options.has('clean-descriptors') && !options.has('retain-patient-characteristics')
    && !options.has('retain-full-dates') && !options.has('clean-graphics');
}

/** `Doe^John` and `doe john` are one name. */
export function plainName(text: string): string {
  return text.toLowerCase().replace(/[\s^=,]+/g, ' ').trim();
}

/** Long enough not to be found everywhere by chance. Names in other scripts than Latin may have two letters. */
function isTelling(term: string): boolean {
  if (/^[\d\W_]*$/.test(term) && /^[\x20-\x7e]*$/.test(term)) return term.replace(/\D/g, '').length >= 4;
  return /^[\x20-\x7e]*$/.test(term) ? term.length >= 3 : [...term].length >= 2;
}

function textsOf(element: DataElement | undefined, vr: string, characterSet: string[]): string[] | undefined {
  if (element?.value.kind !== 'bytes' || !isVR(vr)) return undefined;
  return decodeTexts(element.value.bytes, vr, true, characterSet);
}
