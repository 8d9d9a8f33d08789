// Elements made of texts, in the character set of the data set that they are for; and data sets whose texts are all
// brought into Unicode, so that every text can be put into them.

import { decodeText } from '../charset.ts';
import { formatTag } from '../element-head.ts';
import { encodeText, type Unencodable } from '../encode-text.ts';
import { tagOf } from '../keywords.ts';
import type { BytesValue, DataElement, DataSet, InstanceTree, RangeValue } from './data-set.ts';
import { openDatasetBytes, type DatasetBytes } from './dataset-bytes.ts';
import { characterSetOf } from './values-of.ts';

export type { Unencodable } from '../encode-text.ts';

/** The VRs whose text is in SpecificCharacterSet (PS3.5 section 6.1.2.2); all others are ASCII. */
const CHARACTER_SET_VRS: ReadonlySet<string> = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);
/** Those in which a backslash is a character like others. */
const SINGLE_VALUE_VRS: ReadonlySet<string> = new Set(['LT', 'ST', 'UR', 'UT']);

const SPECIFIC_CHARACTER_SET = tagOf('SpecificCharacterSet');
const UNICODE = 'ISO_IR 192';
const UNDEFINED_CHARACTER = '\ufffd';
/** Longer texts, one or all together, stay as they are, and what contains them cannot be brought into Unicode. */
const MOST_TEXT_BYTES = 64 * 1024 * 1024;

/**
 * An element with these values, for a VR of text (not for numbers in binary, nor sequences).
 * @param around the character set of the data sets around it, for an item
 * @returns which character its character set does not have, or that a text would fall into two
 */
export function textElement(
  dataSet: DataSet, tag: number, vr: string, values: readonly string[], around: readonly string[] = [],
): DataElement | Unencodable {
  if (!SINGLE_VALUE_VRS.has(vr) && values.some((value) => value.includes('\\'))) {
    return { unencodable: 'has a backslash, which separates values' };
  }
  const characterSet = CHARACTER_SET_VRS.has(vr) ? characterSetOf(dataSet, around) : [];
  const bytes = encodeText(values.join('\\'), characterSet, vr);
  return 'unencodable' in bytes ? bytes : { tag, vr, value: { kind: 'bytes', bytes: padded(bytes, vr) } };
}

/**
 * The same instance with all its texts in UTF-8 (ISO_IR 192), those of sequences included. What private elements of VR
 * UN hold stays as it is, since nobody knows what it is.
 * @returns which element holds what its character set does not define, and would be lost
 * @throws as the file system does, where a long text is to be read
 */
export async function inUnicode(tree: InstanceTree): Promise<InstanceTree | Unencodable> {
  const longTexts = new LongTexts(tree);
  const dataSet = await dataSetInUnicode(longTexts, tree.dataSet, []).finally(() => longTexts.close());
  if ('unencodable' in dataSet) return dataSet;
  const value: BytesValue = { kind: 'bytes', bytes: Buffer.from(UNICODE) };
  dataSet.set(SPECIFIC_CHARACTER_SET, { tag: SPECIFIC_CHARACTER_SET, vr: 'CS', value });
  return { ...tree, dataSet };
}

async function dataSetInUnicode(
  longTexts: LongTexts, dataSet: DataSet, around: readonly string[],
): Promise<DataSet | Unencodable> {
  const characterSet = characterSetOf(dataSet, around);
  const changed: DataSet = new Map();
  for (const element of dataSet.values()) {
    const inUTF8 = await elementInUnicode(longTexts, element, characterSet);
    if ('unencodable' in inUTF8) return inUTF8;
    if (inUTF8.tag !== SPECIFIC_CHARACTER_SET) changed.set(inUTF8.tag, inUTF8); // that of the whole holds everywhere
  }
  return changed;
}

async function elementInUnicode(
  longTexts: LongTexts, element: DataElement, characterSet: readonly string[],
): Promise<DataElement | Unencodable> {
  const { vr, value } = element;
  if (value.kind === 'items') {
    const items: DataSet[] = [];
    for (const item of value.items) {
      const inUTF8 = await dataSetInUnicode(longTexts, item, characterSet);
      if ('unencodable' in inUTF8) return inUTF8;
      items.push(inUTF8);
    }
    return { ...element, value: { ...value, items } };
  }
  if (!CHARACTER_SET_VRS.has(vr) || (value.kind !== 'bytes' && value.kind !== 'range')) return element;
  const bytes = value.kind === 'bytes' ? value.bytes : await longTexts.read(value);
  if (bytes === undefined) return { unencodable: `has more than ${MOST_TEXT_BYTES} bytes of long texts` };
  const text = decodeText(bytes, characterSet, vr as 'LO');
  if (text.includes(UNDEFINED_CHARACTER)) {
    return { unencodable: `has bytes in ${formatTag(element.tag)} that ${characterSet.join('\\')} does not define` };
  }
  return { ...element, value: { kind: 'bytes', bytes: padded(Buffer.from(text), vr) } };
}

/** Texts that are still in the file, which is opened once: a deflated one is inflated once. */
class LongTexts {
  readonly #tree: InstanceTree;
  #source: DatasetBytes | undefined;
  #bytes = 0;

  constructor(tree: InstanceTree) {
    this.#tree = tree;
  }

  /** Text is not turned round, so it is as it lies. Undefined where they are too many. */
  async read({ offset, length }: RangeValue): Promise<Buffer | undefined> {
    this.#bytes += length;
    if (this.#bytes > MOST_TEXT_BYTES) return undefined;
    const { file, fileMeta } = this.#tree;
    this.#source ??= await openDatasetBytes(file, fileMeta);
    const bytes = Buffer.alloc(length);
    const read = await this.#source.read(offset, bytes);
    if (read !== length) throw new Error(`${String(file)} is not what it was when it was read`);
    return bytes;
  }

  async close(): Promise<void> {
    await this.#source?.close();
  }
}

function padded(bytes: Buffer, vr: string): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ')]);
}
