// Private data elements that are known not to identify anybody: PS3.15 table E.3.10-1, in the edition that
// `SAFE_PRIVATE_SOURCE` names, and what the site adds. A row of the file has group, creator and the elements within the
// creator's block, in hexadecimal.

import table from './safe-private-attributes.json' with { type: 'json' };
import type { SafePrivateBlock } from './profile.ts';

/** Part, edition and table. */
export const SAFE_PRIVATE_SOURCE: string = table.source;

/** Every row, a creator in a group. */
export const SAFE_PRIVATE_BLOCKS: readonly SafePrivateBlock[] = table.rows.map((row) => {
  const [, group = '', creator = '', elements = ''] = /^([0-9A-F]{4}) ([^:]+): (.+)$/.exec(row) ?? [];
  return { group: parseInt(group, 16), creator, elements: parseSafeElements(elements) };
});

/** `01 0A-0F 27`: numbers and ranges of them, in hexadecimal. Elements that are none are left out. */
export function parseSafeElements(text: string): ReadonlySet<number> {
  return new Set(text.split(/\s+/).flatMap((part) => {
    const [, first, last = first] = /^([0-9A-Fa-f]{2})(?:-([0-9A-Fa-f]{2}))?$/.exec(part) ?? [];
    if (first === undefined || last === undefined) return [];
    const start = parseInt(first, 16);
    return Array.from({ length: Math.max(0, parseInt(last, 16) - start + 1) }, (_, index) => start + index);
  }));
}

/** @param element within its block, 0x00 to 0xff */
export function isSafePrivate(
  group: number, creator: string, element: number, ofSite: readonly SafePrivateBlock[],
): boolean {
  const isListed = (block: SafePrivateBlock): boolean => {
    return block.creator === creator && (block.group ?? group) === group && (block.elements?.has(element) ?? true);
  };
  return ofSite.some(isListed) || SAFE_PRIVATE_BLOCKS.some(isListed);
}
