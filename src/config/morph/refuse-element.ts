// Elements that a morph step may not change, or only where the step says that this is meant.

import { tagOf } from '../../dicom/keywords.ts';
import type { ElementPath } from '../../dicom/morph/element-path.ts';

/** What the step says of it. */
export interface Permission {
  readonly uids: boolean;
  readonly pixels: boolean;
  /** Whether the element is taken out. */
  readonly removes: boolean;
}

/** What an instance is known by. */
const IDENTITY: ReadonlySet<number> = new Set(
  (['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID'] as const).map(tagOf),
);

/**
 * How pixels are read and where they lie in the patient: PS3.3 sections C.7.6.2 (Image Plane), C.7.6.3 (Image Pixel),
 * C.11.1 (Modality LUT) and their functional groups.
 */
const PIXELS: ReadonlySet<number> = new Set([
  0x00180050, 0x00180088, 0x00181164, 0x00200032, 0x00200037, 0x00209113, 0x00209116, 0x00280002,
  0x00280003, 0x00280004, 0x00280006, 0x00280008, 0x00280009, 0x00280010, 0x00280011, 0x00280030,
  0x00280034, 0x00280100, 0x00280101, 0x00280102, 0x00280103, 0x00280106, 0x00280107, 0x00280120,
  0x00280121, 0x00281052, 0x00281053, 0x00281054, 0x00281101, 0x00281102, 0x00281103, 0x00281201,
  0x00281202, 0x00281203, 0x00282000, 0x00282110, 0x00282112, 0x00282114, 0x00283000, 0x00289110,
  0x00289145, 0x52009229, 0x52009230,
]);

const CHARACTER_SET = tagOf('SpecificCharacterSet');

/** @returns why it may not be changed so; undefined where it may */
export function findRefusal(
  { items, element }: Pick<ElementPath, 'items' | 'element'>, { uids, pixels, removes }: Permission,
): string | undefined {
  if (!('tag' in element)) return undefined;
  const { tag, name } = element;
  const group = tag >>> 16;
  if (group < 0x0008 || group === 0xfffe) return `${name} is no element of an instance's data set`;
  if (group === 0x7fe0 || tag % 0x10000 === 0) return `${name} is never changed: it goes with the rest of the instance`;
  if (tag === CHARACTER_SET) return `${name} is never changed: it says what every text of the instance means`;
  if (items.length === 0 && IDENTITY.has(tag)) {
    if (removes) return `no instance can do without ${name}`;
    if (!uids) return `${name} is what an instance is known by; "uids": "allow" says that it is to be changed`;
  }
  if (PIXELS.has(tag) && !pixels) {
    return `${name} says how the pixels are to be read; "pixels": "allow" says that it is to be changed`;
  }
  return undefined;
}
