// Where an element that was named lies in one data set. Of a private one that depends on which block its creator has
// reserved there (PS3.5 section 7.8.1).

import { trimPadding } from '../padding.ts';
import type { DataSet } from '../tree/data-set.ts';
import type { ElementKey } from '../template/template.ts';

const FIRST_BLOCK = 0x10;
const LAST_BLOCK = 0xff;

/** The tag; undefined where its creator has no block in the data set. */
export function findTag(dataSet: DataSet, key: ElementKey): number | undefined {
  if ('tag' in key) return key.tag;
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block += 1) {
    if (creatorAt(dataSet, key.group, block) === key.creator) return privateTag(key, block);
  }
  return undefined;
}

/** The tag, and the data set with a block reserved where its creator has none; undefined where no block is free. */
export function reserveTag(
  dataSet: DataSet, key: ElementKey,
): { readonly tag: number; readonly dataSet: DataSet } | undefined {
  if ('tag' in key) return { tag: key.tag, dataSet };
  const tag = findTag(dataSet, key);
  if (tag !== undefined) return { tag, dataSet };
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block += 1) {
    if (isBlockUsed(dataSet, key.group, block)) continue;
    const creator = ((key.group << 16) | block) >>> 0;
    const reserved = new Map(dataSet);
    const bytes = Buffer.from(key.creator.length % 2 === 0 ? key.creator : `${key.creator} `, 'latin1');
    reserved.set(creator, { tag: creator, vr: 'LO', value: { kind: 'bytes', bytes } });
    return { tag: privateTag(key, block), dataSet: reserved };
  }
  return undefined;
}

function privateTag({ group, element }: Exclude<ElementKey, { tag: number }>, block: number): number {
  return ((group << 16) | (block << 8) | element) >>> 0;
}

function creatorAt(dataSet: DataSet, group: number, block: number): string | undefined {
  const value = dataSet.get(((group << 16) | block) >>> 0)?.value;
  return value?.kind === 'bytes' ? trimPadding(value.bytes.toString('latin1')) : undefined;
}

/** Also by elements whose creator is missing. */
function isBlockUsed(dataSet: DataSet, group: number, block: number): boolean {
  if (dataSet.has(((group << 16) | block) >>> 0)) return true;
  const first = ((group << 16) | (block << 8)) >>> 0;
  return [...dataSet.keys()].some((tag) => tag >= first && tag <= first + 0xff);
}
