// The values that a template asks for, from the header of an instance. Headers hold no items: what lies in sequences is
// taken from the whole instance, see usesItems.

import type { Header } from '../header.ts';
import type { ElementKey, ElementPath, Template, TemplateValues } from './template.ts';

/** Elements in which private blocks are reserved: (gggg,0010) to (gggg,00FF), PS3.5 section 7.8.1. */
const FIRST_BLOCK = 0x10;
const LAST_BLOCK = 0xff;

export function valuesOfHeader(header: Header): TemplateValues {
  return {
    texts({ items, element }: ElementPath) {
      if (items.length > 0) return [];
      const tag = tagIn(header, element);
      return tag === undefined ? [] : header.texts(tag, 'vr' in element ? element.vr : undefined);
    },
  };
}

/** Whether a template asks for something within sequences. */
export function usesItems({ parts }: Pick<Template, 'parts'>): boolean {
  return parts.some((part) => typeof part !== 'string' && part.alternatives.some((alternative) => {
    return 'path' in alternative && alternative.path.items.length > 0;
  }));
}

function tagIn(header: Header, key: ElementKey): number | undefined {
  if ('tag' in key) return key.tag;
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block += 1) {
    const creator = ((key.group << 16) | block) >>> 0;
    if (header.text(creator, 'LO') === key.creator) return ((key.group << 16) | (block << 8) | key.element) >>> 0;
  }
  return undefined;
}
