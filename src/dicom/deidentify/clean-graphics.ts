// Overlays, curves and graphic annotations (PS3.15 section E.3.3). Bits of an overlay may be letters: cleaning keeps
// those that are regions of interest, whose statistics the overlay module has for them, and no others.

import type { DataElement, DataSet } from '../tree/data-set.ts';
import { trimPadding } from '../padding.ts';

const GRAPHIC_ANNOTATION_SEQUENCE = 0x00700001;
const TEXT_OBJECT_SEQUENCE = 0x00700008;
const GRAPHIC_OBJECT_SEQUENCE = 0x00700009;
const OVERLAY_DATA = 0x3000;
const OVERLAY_TYPE = 0x0040;

const NUMERIC_VRS: ReadonlySet<string> = new Set(['US', 'SS', 'UL', 'SL', 'FL', 'FD', 'IS', 'DS', 'OW']);

export function isGraphic(tag: number): boolean {
  return tag === GRAPHIC_ANNOTATION_SEQUENCE;
}

/**
 * Annotations as the basic profile has them: their places and layers, with a word that says nothing.
 * @param made the sequence, its texts replaced
 */
export function withoutGraphics(made: DataElement): DataElement | undefined {
  if (made.value.kind !== 'items') return undefined;
  const items = made.value.items.filter((item) => item.has(TEXT_OBJECT_SEQUENCE)).map((item) => {
    const rest = new Map(item);
    rest.delete(GRAPHIC_OBJECT_SEQUENCE);
    return rest;
  });
  return items.length === 0 ? undefined : { ...made, value: { ...made.value, items } };
}

/** Whether an element of an overlay or a curve may stay as it is. */
export function isCleanGraphic({ tag }: DataElement, vr: string, dataSet: DataSet): boolean {
  if (tag >>> 24 === 0x50) return NUMERIC_VRS.has(vr);
  if ((tag & 0xffff) !== OVERLAY_DATA) return false;
  const type = dataSet.get(((tag & 0xffff0000) | OVERLAY_TYPE) >>> 0)?.value;
  return type?.kind === 'bytes' && trimPadding(type.bytes.toString('latin1')) === 'R';
}

/** Without the rest of every overlay whose bits are gone: rows and columns of nothing. */
export function withoutEmptyOverlays(dataSet: DataSet): DataSet {
  const planes = new Set([...dataSet.keys()].map((tag) => tag >>> 16).filter((group) => group >>> 8 === 0x60));
  const gone = new Set([...planes].filter((group) => !dataSet.has(((group << 16) | OVERLAY_DATA) >>> 0)));
  return gone.size === 0 ? dataSet : new Map([...dataSet].filter(([tag]) => !gone.has(tag >>> 16)));
}
