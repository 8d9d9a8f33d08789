// The whole data dictionary of the standard (PS3.6), for elements that users name in configuration and rules. It takes
// noticeable time and memory to load: only what needs more than keywords.ts loads it.

import { isVR, type VR } from './value-representation.ts';

export interface Dictionary {
  /** The tag of a keyword, group << 16 | element; of a repeating group (60xx) the first. */
  tagOf: (keyword: string) => number | undefined;
  keywordOf: (tag: number) => string | undefined;
  /** Where the standard allows two: US for US or SS, OW for OB or OW. None for items and delimitations. */
  vrOf: (tag: number) => VR | undefined;
  /** Whether it is US or SS, as PixelRepresentation says. */
  mayBeSigned: (tag: number) => boolean;
  /** How many values there may be: `1`, `1-3`, `1-n`, `2-2n`. */
  vmOf: (tag: number) => string | undefined;
  /** Every keyword, for suggestions. */
  keywords: () => string[];
}

// dcmjs marks what the standard retired in the name, and what allows several VRs by codes of its own.
const RETIRED_PREFIX = 'RETIRED_';
const VR_BY_CODE: Readonly<Record<string, VR>> = { ox: 'OW', xs: 'US', lt: 'OW', up: 'UL' };
const US_OR_SS = 'xs';
const TAG_SHAPE = /^\(([0-9A-F]{4})(?:-([0-9A-F]{4}))?,([0-9A-F]{4})\)$/;

interface Entry {
  readonly keyword: string;
  readonly vr: VR | undefined;
  readonly vm: string;
  readonly mayBeSigned: boolean;
}

let loading: Promise<Dictionary> | undefined;

/** The dictionary, loaded once. */
export function loadDictionary(): Promise<Dictionary> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Dictionary> {
  const { dictionary } = await import('dcmjs/dictionary');
  const tagByKeyword = new Map<string, number>();
  const entryByTag = new Map<number, Entry>();
  for (const { tag = '', name = '', vr = '', vm = '' } of Object.values(dictionary)) {
    // Other shapes are private elements and rules for group lengths; they have no keyword of the standard.
    const [, firstGroup, lastGroup = firstGroup, element] = TAG_SHAPE.exec(tag) ?? [];
    const keyword = name.replace(RETIRED_PREFIX, '');
    if (firstGroup === undefined || lastGroup === undefined || element === undefined || keyword === '') continue;
    const entry = { keyword, vr: VR_BY_CODE[vr] ?? (isVR(vr) ? vr : undefined), vm, mayBeSigned: vr === US_OR_SS };
    // Repeating groups are the even ones of a range (PS3.5 section 7.6).
    for (let group = parseInt(firstGroup, 16); group <= parseInt(lastGroup, 16); group += 2) {
      const number = ((group << 16) | parseInt(element, 16)) >>> 0;
      if (!entryByTag.has(number)) entryByTag.set(number, entry);
      if (!tagByKeyword.has(keyword)) tagByKeyword.set(keyword, number);
    }
  }
  return {
    tagOf: (keyword) => tagByKeyword.get(keyword),
    keywordOf: (tag) => entryByTag.get(tag)?.keyword,
    vrOf: (tag) => entryByTag.get(tag)?.vr,
    mayBeSigned: (tag) => entryByTag.get(tag)?.mayBeSigned === true,
    vmOf: (tag) => entryByTag.get(tag)?.vm,
    keywords: () => [...tagByKeyword.keys()],
  };
}
