// Data sets as texts, for the tests of morphing: made of them, and read back.

import { loadDictionary } from '../../../src/dicom/dictionary.ts';
import { formatTag } from '../../../src/dicom/element-head.ts';
import { morph, type Morphed } from '../../../src/dicom/morph/morph.ts';
import type { DataElement, DataSet } from '../../../src/dicom/tree/data-set.ts';
import { isVR } from '../../../src/dicom/value-representation.ts';
import { decodeTexts } from '../../../src/dicom/values.ts';
import { compileMorph } from '../../../src/config/morph/compile-morph.ts';
import { morph as schema } from '../../../src/config/schema/morph.ts';
import * as v from 'valibot';

export const dictionary = await loadDictionary();

/** By keyword, or by tag and VR (`00291008 CS`): a text, or the items of a sequence. */
export type Content = { readonly [name: string]: string | readonly Content[] };

/** What no instance is without. */
export const IDENTITY: Content = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '1.2.3.1.1', StudyInstanceUID: '1.2.3',
  SeriesInstanceUID: '1.2.3.1',
};

export function dataSet(content: Content): DataSet {
  return new Map(Object.entries(content).map(([name, value]): [number, DataElement] => {
    const [digits = '', vr = ''] = name.split(' ');
    const tag = vr === '' ? dictionary.tagOf(name) : parseInt(digits, 16);
    if (tag === undefined) throw new Error(`no element ${name}`);
    const known = vr || dictionary.vrOf(tag) || 'UN';
    return [tag, { tag, vr: known, value: typeof value === 'string'
      ? { kind: 'bytes', bytes: padded(value) } : { kind: 'items', items: value.map(dataSet) } }];
  }));
}

function padded(text: string): Buffer {
  const bytes = Buffer.from(text);
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(' ')]);
}

/** What stands in a data set, by keyword where there is one, else by tag; in UTF-8. */
export function contentOf(found: DataSet): Content {
  return Object.fromEntries([...found.values()].map(({ tag, vr, value }) => {
    const name = dictionary.keywordOf(tag) ?? formatTag(tag);
    if (value.kind === 'items') return [name, value.items.map(contentOf)];
    if (value.kind !== 'bytes' || !isVR(vr)) return [name, `(${value.kind})`];
    return [name, decodeTexts(value.bytes, vr, true, ['ISO_IR 192']).join('\\')];
  }));
}

/** Takes steps as they stand in a configuration; they must be without a problem. */
export function take(steps: readonly object[], content: Content): Morphed {
  const { steps: compiled, problems } = compileMorph(v.parse(schema, steps), dictionary);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return morph(dataSet({ ...IDENTITY, ...content }), compiled, dictionary);
}

/** What becomes of a data set, beside the UIDs of the instance. */
export function after(steps: readonly object[], content: Content): Content {
  const morphed = take(steps, content);
  if ('fault' in morphed) throw new Error(JSON.stringify(morphed.fault));
  return Object.fromEntries(
    Object.entries(contentOf(morphed.dataSet)).filter(([name, value]) => IDENTITY[name] !== value));
}
