// Sequences that an object needs and whose content identifies: what stands in their place.

import type { DataElement, DataSet } from '../tree/data-set.ts';
import { asciiValue, REMOVED_TEXT } from './dummy-value.ts';

const CONTENT_SEQUENCE = 0x0040a730;

/**
 * A sequence of one item that says nothing: a content item (PS3.3 section C.17.3), or a code (section 8).
 * @returns undefined for other sequences, whose items are treated element by element
 */
export function dummySequence(tag: number, keyword: string): DataElement | undefined {
  if (tag === CONTENT_SEQUENCE) return sequence(tag, removedContent());
  return keyword.endsWith('CodeSequence') ? sequence(tag, removedCode()) : undefined;
}

export function sequence(tag: number, ...items: DataSet[]): DataElement {
  return { tag, vr: 'SQ', value: { kind: 'items', items } };
}

export function dataSetOf(...elements: readonly (readonly [tag: number, vr: string, text: string])[]): DataSet {
  return new Map(elements.map(([tag, vr, text]) => [tag, { tag, vr, value: asciiValue(text, vr) }]));
}

/** A code item (PS3.3 table 8.8-1). */
export function codeItem(CodeValue: string, CodingSchemeDesignator: string, CodeMeaning: string): DataSet {
  return dataSetOf(
    [0x00080100, 'SH', CodeValue], [0x00080102, 'SH', CodingSchemeDesignator], [0x00080104, 'LO', CodeMeaning],
  );
}

function removedCode(): DataSet {
  return codeItem(REMOVED_TEXT, '99DTS', REMOVED_TEXT);
}

/** Comment (121106, DCM), of CID 7 and the like. */
function removedContent(): DataSet {
  const item = dataSetOf(
    [0x0040a010, 'CS', 'CONTAINS'], [0x0040a040, 'CS', 'TEXT'], [0x0040a160, 'UT', REMOVED_TEXT],
  );
  return item.set(0x0040a043, sequence(0x0040a043, codeItem('121106', 'DCM', 'Comment')));
}
