// Takes out of a text what identifies somebody. Two measures: what is kept as it is loses only what the object itself
// says of its patient; a description that an option keeps loses as well whatever looks like a date, a number of a
// person, an address or a name behind a title, and what the site listed.
//
// Never promises that what is left names nobody: a description may say anything. docs/deidentification.md says so too.

import { plainName, type IdentifyingTerms } from './identifying-terms.ts';
import type { TextPattern } from './profile.ts';
import { asWord, TermIndex } from './term-index.ts';

/** Dates as people write them, telephone and other long numbers, addresses of mail and web, names behind titles. */
const TELLING_SHAPES: readonly RegExp[] = [
  /\b\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b/g,
  /\b\d{1,2}\.?\s?(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|des|dez)[a-z]*\.?\s?\d{2,4}\b/gi,
  /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d{1,2},?\s\d{4}\b/gi,
  /(?:\+|\b)\d[\d ()/-]{4,24}\d\b/g,
  /\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}\b/g,
  /\bhttps?:\/\/\S{1,500}/gi,
  // Case counts, or an MR head would be Mister Head.
  new RegExp('\\b(?:Dr|DR|Prof|Mr|Mrs|Ms|Miss|Frau|Herr|Fru|Doctor)\\b\\.?\\s{1,3}(?:(?:Dr|med|Prof)\\.?\\s{1,3}){0,3}'
    + '\\p{Lu}[\\p{L}\'-]{0,40}(?:\\s\\p{Lu}[\\p{L}\'-]{0,40})?', 'gu'),
];

export interface TextCleaner {
  /** Without what the object says of its patient. */
  withoutTerms(text: string): string;
  /** Without anything that looks as if it told of a person. */
  cleaned(text: string): string;
  /** The same of a coded word (VR CS, AE), which stays whole or goes whole: it may be a defined term. */
  codeWithoutTerms(code: string): string;
}

/** What CS may hold (PS3.5 section 6.2). Anything else there is text that somebody wrote. */
const CODE = /^[A-Z0-9_ ]{0,16}$/;
/** Words of defined terms that are names as well. */
const DEFINED_TERMS: ReadonlySet<string> = new Set([
  'axial', 'chest', 'derived', 'female', 'human', 'image', 'localizer', 'original', 'other', 'primary', 'right',
  'secondary', 'standard',
]);

export function textCleaner(
  terms: IdentifyingTerms, words: readonly string[], patterns: readonly TextPattern[],
): TextCleaner {
  const own = new TermIndex([...terms.values, ...terms.nameParts]);
  const listed = new TermIndex(words.map(plainName));
  const dates = anyOf([...terms.dates].flatMap(writtenDates));
  const withoutTerms = (text: string): string => {
    const rest = takeOut(dates, own.takeOut(text));
    return rest === text ? text : tidied(rest);
  };
  return {
    withoutTerms,
    cleaned(text) {
      let rest = text;
      for (const pattern of patterns) rest = pattern.takeOut(rest);
      for (const shape of TELLING_SHAPES) rest = rest.replace(shape, ' ');
      rest = listed.takeOut(withoutTerms(rest));
      return rest === text ? text : tidied(rest);
    },
    codeWithoutTerms(code) {
      if (!CODE.test(code)) return withoutTerms(code) === code ? code : '';
      const names = code.toLowerCase().split(/[ _]/).filter((word) => terms.nameParts.has(word));
      const isNamed = names.some((name) => name.length >= 5 && !DEFINED_TERMS.has(name));
      return isNamed || terms.values.has(plainName(code)) ? '' : code;
    },
  };
}

function anyOf(sources: readonly string[]): RegExp | undefined {
  return sources.length === 0 ? undefined : new RegExp(sources.map(asWord).join('|'), 'giu');
}

/** 19800229 as it is, as 1980-02-29, 29.2.1980, 02/29/80 and the like. */
function writtenDates(date: string): string[] {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)];
  const number = (digits: string) => (digits.startsWith('0') ? `0?${digits.slice(1)}` : digits);
  const years = `(?:${year}|${year.slice(2)})`;
  const between = '[-./ ]';
  return [
    `${year}${between}?${month}${between}?${day}\\d{0,6}`,
    `${number(day)}${between}${number(month)}${between}${years}`,
    `${number(month)}${between}${number(day)}${between}${years}`,
  ];
}

/** No date is written without digits. */
function takeOut(expression: RegExp | undefined, text: string): string {
  return expression === undefined || !/\d\D*\d\D*\d/.test(text) ? text : text.replace(expression, ' ');
}

/** Without what is left hanging where something was taken out. */
function tidied(text: string): string {
  return text.replace(/[ \t]{2,}/g, ' ').replace(/\(\s*\)|\[\s*\]/g, '').replace(/^[\s,;:/-]+|[\s,;:/-]+$/g, '').trim();
}
