// Whether texts may stand as the values of an element: length, characters and shape by VR (PS3.5 table 6.2-1), and how
// many there may be by value multiplicity (PS3.5 section 6.4).

import { isUID } from '../uid.ts';
import type { VR } from '../value-representation.ts';

/** What a VR takes. */
interface Rule {
  /** Characters of a value; of PN, of each component group. */
  readonly characters?: number;
  readonly shape?: RegExp;
  /** Completes "a value of VR … is …". */
  readonly expected?: string;
}

/** Control characters but for those that end a line. */
const LINES = /^[^\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]*$/;
const ONE_LINE = /^[^\x00-\x1a\x1c-\x1f\x7f\\]*$/;
const NO_CONTROLS = 'text without control characters and backslashes';
const NO_CONTROLS_IN_LINES = 'text without control characters other than tabs and line breaks';

const HOURS = '(?:[01]\\d|2[0-3])';
const TIME = `${HOURS}(?:[0-5]\\d(?:(?:[0-5]\\d|60)(?:\\.\\d{1,6})?)?)?`;
const MONTH = '(?:0[1-9]|1[0-2])';
const DAY = '(?:0[1-9]|[12]\\d|3[01])';

const RULES: Partial<Record<VR, Rule>> = {
  AE: { characters: 16, shape: /^[ -[\]-~]*$/, expected: 'ASCII without backslashes' },
  AS: { shape: /^\d{3}[DWMY]$/, expected: 'three digits and D, W, M or Y' },
  CS: { characters: 16, shape: /^[A-Z0-9 _]*$/, expected: 'upper case letters, digits, spaces and underscores' },
  DA: { shape: new RegExp(`^\\d{4}${MONTH}${DAY}$`), expected: 'a date, YYYYMMDD' },
  DS: {
    characters: 16, shape: /^ *[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)? *$/, expected: 'a decimal number',
  },
  DT: {
    characters: 26, expected: 'a date and time, YYYYMMDDHHMMSS.FFFFFF&ZZXX',
    shape: new RegExp(`^\\d{4}(?:${MONTH}(?:${DAY}(?:${TIME})?)?)?(?:[+-](?:0\\d|1[0-4])[0-5]\\d)?$`),
  },
  IS: { characters: 12, shape: /^ *[+-]?\d{1,10} *$/, expected: 'a whole number' },
  LO: { characters: 64, shape: ONE_LINE, expected: NO_CONTROLS },
  LT: { characters: 10240, shape: LINES, expected: NO_CONTROLS_IN_LINES },
  PN: { characters: 64, shape: ONE_LINE, expected: NO_CONTROLS },
  SH: { characters: 16, shape: ONE_LINE, expected: NO_CONTROLS },
  ST: { characters: 1024, shape: LINES, expected: NO_CONTROLS_IN_LINES },
  TM: { shape: new RegExp(`^${TIME}$`), expected: 'a time, HHMMSS.FFFFFF' },
  UC: { shape: ONE_LINE, expected: NO_CONTROLS },
  UI: { characters: 64, expected: 'a UID' },
  UR: { shape: /^[!-~]*$/, expected: 'a URI: ASCII without spaces' },
  UT: { shape: LINES, expected: NO_CONTROLS_IN_LINES },
};

/** Whose long values a reader still understands when their end is missing. */
const CUTTABLE: ReadonlySet<VR> = new Set(['CS', 'LO', 'LT', 'PN', 'SH', 'ST']);

/** VRs of one value, in which a backslash is a character like any other. */
export const SINGLE_VALUE_VRS: ReadonlySet<VR> = new Set(['LT', 'ST', 'UR', 'UT']);

/** Whether values of a VR are written as text. */
export function isTextVR(vr: VR): boolean {
  return RULES[vr] !== undefined;
}

/** The value, shortened to what its VR takes where that is possible. */
export function cutValue(vr: VR, text: string): string {
  const { characters } = RULES[vr] ?? {};
  if (characters === undefined || !CUTTABLE.has(vr)) return text;
  const cut = (part: string): string => [...part].slice(0, characters).join('');
  return vr === 'PN' ? text.split('=').map(cut).join('=') : cut(text);
}

/** Why a text is no value of a VR of text, as an ending to "it …"; undefined where it is one. Empty is always one. */
export function findValueProblem(vr: VR, text: string): string | undefined {
  const rule = RULES[vr];
  if (rule === undefined || text === '') return undefined;
  const isShaped = vr === 'UI' ? isUID(text) : rule.shape?.test(text) ?? true;
  if (!isShaped) return `is no value of VR ${vr}, which is ${rule.expected ?? ''}`;
  if (vr === 'IS' && Math.abs(Number(text)) > 2 ** 31 - 1 && Number(text) !== -(2 ** 31)) {
    return 'is no value of VR IS, which is a whole number of 32 bits';
  }
  if (vr === 'DA' && !isDate(text)) return 'is no day of the calendar';
  if (vr === 'PN') return findNameProblem(text, rule.characters ?? 0);
  const length = [...text].length;
  if (rule.characters === undefined || length <= rule.characters) return undefined;
  return `has ${length} characters, and VR ${vr} takes ${rule.characters}`;
}

/** PS3.5 section 6.2.1: up to three component groups, of up to five components each. */
function findNameProblem(text: string, characters: number): string | undefined {
  const groups = text.split('=');
  if (groups.length > 3) return `has ${groups.length} component groups, and VR PN takes 3`;
  if (groups.some((group) => group.split('^').length > 5)) return 'has more than the 5 components of a name';
  const longest = Math.max(...groups.map((group) => [...group].length));
  if (longest <= characters) return undefined;
  return `has ${longest} characters in a component group, and VR PN takes ${characters}`;
}

function isDate(text: string): boolean {
  const [year, month, day] = [text.slice(0, 4), text.slice(4, 6), text.slice(6)].map(Number);
  const date = new Date(Date.UTC(2000, (month ?? 0) - 1, day));
  date.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day); // a year below 100 is not taken for one of the 20th century
  return date.getUTCMonth() === (month ?? 0) - 1 && date.getUTCDate() === day;
}

/**
 * Why an element cannot have that many values.
 * @param VM as PS3.6 has it: `1`, `1-3`, `1-n`, `2-2n`; undefined where it is not known
 */
export function findMultiplicityProblem(count: number, VM: string | undefined): string | undefined {
  const [, least = '', most, factor, open] = /^(\d+)(?:-(?:(\d+)|(\d+)n|(n)))?$/.exec(VM ?? '') ?? [];
  if (count === 0 || least === '') return undefined;
  const fits = factor !== undefined ? count % Number(factor) === 0
    : count >= Number(least) && (open !== undefined || count <= Number(most ?? least));
  return fits ? undefined : `has ${count} values, and the element takes ${VM ?? ''}`;
}
