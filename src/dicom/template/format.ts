// The formats of a placeholder: what is done with a value before it takes its place.
//
//   03               at least so many digits in front of the point: 7 becomes 007. What is no number stays
//   YYYY-MM-DD       a date or time by YYYY YY MM DD HH mm ss, in quotes where other letters or a colon stand in it.
//                    What is no date or time stays
//   upper lower      letters of that case
//   ascii            no letters but those of ASCII: Bjørn Ås becomes Bjorn As
//   alnum            letters and digits alone, without what stands between them
//   underscore       one _ for whatever stands between letters and digits
//   max40            so many characters at the most
//   hash8            so many digits of a SHA-256, in hexadecimal: short and even, and no secret

import { foldToASCII } from './ascii.ts';
import { formatDateTime, type DateTimePattern } from './date-time.ts';

export type Format =
  | { readonly kind: 'digits'; readonly width: number }
  | { readonly kind: 'date'; readonly pattern: DateTimePattern }
  | { readonly kind: 'upper' | 'lower' | 'ascii' | 'alnum' | 'underscore' }
  | { readonly kind: 'max'; readonly characters: number }
  | { readonly kind: 'hash'; readonly digits: number };

/** An empty value stays empty, whatever the format. */
export function applyFormat(format: Format, value: string): string {
  if (value === '') return '';
  switch (format.kind) {
    case 'digits': return padDigits(value, format.width);
    case 'date': return formatDateTime(value, format.pattern);
    case 'upper': return value.toUpperCase();
    case 'lower': return value.toLowerCase();
    case 'ascii': return foldToASCII(value);
    case 'alnum': return value.replace(/[^\p{L}\p{M}\p{N}]/gu, '');
    case 'underscore': return wordsOf(value).join('_');
    case 'max': return [...value].slice(0, format.characters).join('').trimEnd();
    case 'hash': return digest(value).slice(0, format.digits);
  }
}

/** Zeros in front are not counted, so that one number is always written the same. */
function padDigits(value: string, width: number): string {
  const [, sign, digits, rest] = /^([+-]?)(\d+)(\.\d*)?$/.exec(value) ?? [];
  if (digits === undefined) return value;
  return `${sign === '-' ? '-' : ''}${digits.replace(/^0+(?=\d)/, '').padStart(width, '0')}${rest ?? ''}`;
}

function wordsOf(value: string): string[] {
  return value.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

function digest(value: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(value).digest('hex');
}
