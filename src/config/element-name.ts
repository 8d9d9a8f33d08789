// Elements as the configuration names them: by keyword, or by tag as 00100040 or (0010,0040).

import type { Dictionary } from '../dicom/dictionary.ts';

/** Group << 16 | element; undefined for a keyword that the dictionary does not have. */
export function elementTag(name: string, dictionary: Pick<Dictionary, 'tagOf'>): number | undefined {
  const [, group, element] = /^\(?([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})\)?$/.exec(name) ?? [];
  return group === undefined || element === undefined ? dictionary.tagOf(name) : parseInt(group + element, 16);
}
