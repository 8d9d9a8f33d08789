// Names elements as people write them: by keyword, by tag, by private creator, and by the way through sequences.
//
//   PatientName   (0010,0010)   00100010
//   (0029,xx10,SIEMENS CSA HEADER)                            or (0029,xx10 "SIEMENS CSA HEADER")
//   RequestAttributesSequence[0].ScheduledProcedureStepID     the first item
//   RequestAttributesSequence[*].ScheduledProcedureStepID     all items
//
// A private element is only meant with its creator: where its block lies differs from instance to instance
// (PS3.5 section 7.8.1), so a plain tag of an odd group is refused.

import type { Dictionary } from '../dictionary.ts';
import { formatTag } from '../element-head.ts';
import type { ElementKey } from '../template/template.ts';

/** An element of one data set. `name` is for people: its keyword where it has one. */
export type ElementAddress = ElementKey & { readonly name: string };

/** A step into a sequence. */
export interface ItemStep {
  readonly sequence: ElementAddress;
  /** From 0. */
  readonly item: number | 'all';
}

/** Where an element is, from the top of a data set. */
export interface ElementPath {
  /** As it was written. */
  readonly text: string;
  readonly items: readonly ItemStep[];
  readonly element: ElementAddress;
}

/** Why a text names no element, and at which of its characters, from 0. */
export interface PathProblem {
  readonly character: number;
  readonly problem: string;
  /** A keyword that nobody knows. */
  readonly keyword?: string;
}

const PRIVATE = /\(([0-9A-Fa-f]{4}), ?xx([0-9A-Fa-f]{2})(?: ?"([^"\\]{1,64})"|, ?([^(){}|"\\]{1,64}))\)/y;
const TAG = /\(([0-9A-Fa-f]{4}), ?([0-9A-Fa-f]{4})\)|([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})(?![A-Za-z0-9])/y;
const KEYWORD = /[A-Za-z][A-Za-z0-9]*/y;
const ITEM = /\[(\*|\d{1,6})\]/y;

const A_NAME = 'a keyword, a tag such as (0008,0080), or a private element such as (0029,xx10,CREATOR) is expected';

export function parseElementPath(text: string, dictionary: Dictionary): ElementPath | PathProblem {
  const items: ItemStep[] = [];
  for (let at = 0; ;) {
    const found = parseAddress(text, at, dictionary);
    if ('problem' in found) return found;
    const { address, end } = found;
    const [whole, item] = matchAt(ITEM, text, end) ?? [];
    if (whole === undefined || item === undefined) {
      if (end === text.length) return { text, items, element: address };
      const isItemMissing = text[end] === '.';
      const problem = isItemMissing ? 'which item is meant is missing: [0], [1] … or [*]' : 'this means nothing here';
      return { character: end, problem };
    }
    items.push({ sequence: address, item: item === '*' ? 'all' : Number(item) });
    at = end + whole.length;
    if (text[at] !== '.') return { character: at, problem: 'a dot and the element within the item are expected' };
    at += 1;
  }
}

function parseAddress(
  text: string, at: number, { tagOf, keywordOf, vrOf }: Dictionary,
): { readonly address: ElementAddress; readonly end: number } | PathProblem {
  const [privateText, groupDigits = '', elementDigits = '', quoted, plain = ''] = matchAt(PRIVATE, text, at) ?? [];
  if (privateText !== undefined) {
    const group = parseInt(groupDigits, 16);
    if (group % 2 === 0) return { character: at, problem: 'private elements have an odd group' };
    const creator = (quoted ?? plain).trim();
    const name = `(${groupDigits.toUpperCase()},xx${elementDigits.toUpperCase()},${creator})`;
    const element = parseInt(elementDigits, 16);
    return { address: { group, element, creator, name }, end: at + privateText.length };
  }
  const [tagText, group1, element1, group2, element2] = matchAt(TAG, text, at) ?? [];
  if (tagText !== undefined) {
    const tag = parseInt(`${group1 ?? group2}${element1 ?? element2}`, 16);
    const digits = formatTag(tag);
    if ((tag >>> 16) % 2 === 1) {
      const meant = `(${digits.slice(1, 5)},xx${digits.slice(8, 10)},CREATOR)`;
      const problem = `a private element is named by its creator, since its block may lie anywhere: ${meant}`;
      return { character: at, problem };
    }
    return { address: { tag, vr: vrOf(tag), name: keywordOf(tag) ?? digits }, end: at + tagText.length };
  }
  const [keyword] = matchAt(KEYWORD, text, at) ?? [];
  if (keyword === undefined) return { character: at, problem: A_NAME };
  const tag = tagOf(keyword);
  if (tag === undefined) return { character: at, problem: 'there is no such DICOM keyword', keyword };
  return { address: { tag, vr: vrOf(tag), name: keyword }, end: at + keyword.length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
