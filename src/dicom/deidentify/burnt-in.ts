// Which instances may show in their pixels, or in a document, whom they are of. By what the object says of itself,
// never by looking at it: nothing here knows letters from lungs. What BurnedInAnnotation denies is not believed, since
// devices write NO into every image; only what it admits is.

import { tagOf, type Keyword } from '../keywords.ts';
import type { DataSet, InstanceTree } from '../tree/data-set.ts';
import { textsOf } from './element-text.ts';
import type { BurntInKind } from './options.ts';

const STORAGE = '1.2.840.10008.5.1.4.1.1.';

const KIND_BY_CLASS: ReadonlyMap<string, BurntInKind> = new Map<string, BurntInKind>([
  ...['7', '7.1', '7.2', '7.3', '7.4'].map((end): [string, BurntInKind] => [STORAGE + end, 'secondary-capture']),
  ...['3', '3.1', '6', '6.1'].map((end): [string, BurntInKind] => [STORAGE + end, 'ultrasound']),
  ...['77.1.1', '77.1.4'].map((end): [string, BurntInKind] => [STORAGE + end, 'photograph']),
  ...['77.1.1.1', '77.1.2.1', '77.1.4.1'].map((end): [string, BurntInKind] => [STORAGE + end, 'video']),
  ...['104.1', '104.2', '104.3', '104.4', '104.5'].map((end): [string, BurntInKind] => [STORAGE + end, 'document']),
]);

/** MPEG2, MPEG-4 AVC/H.264, HEVC/H.265, SMPTE ST 2110. */
const VIDEO_TRANSFER_SYNTAX = /^1\.2\.840\.10008\.1\.2\.(4\.10[0-8](\.1)?|7\.[123])$/;

/** Digitised film, video and screens, drawings; not what a workstation computed (PS3.3 section C.8.6.1). */
const CAPTURED = new Set(['DV', 'DF', 'SD', 'SI', 'DRW', 'SYN', 'WSD']);
/** Values 3 and on of ImageType by which devices mark pages that they drew. */
const DRAWN = /SCREEN|CAPTURE|REPORT|DOSE_INFO|DOSE INFO|LOCALIZER_REPORT|PATIENT.?PROTOCOL|RESULTS?$/i;

const OVERLAY_BITS_ALLOCATED = 0x0100;
const OVERLAY_BIT_POSITION = 0x0102;
const OVERLAY_DATA = 0x3000;

/** Why an instance may show who it is of; undefined where nothing speaks for it. */
export function findBurntIn({ dataSet, TransferSyntaxUID }: InstanceTree): BurntInKind | undefined {
  const texts = (keyword: Keyword): string[] => {
    const element = dataSet.get(tagOf(keyword));
    return element === undefined ? [] : textsOf(element, element.vr === 'UN' ? 'CS' : element.vr, []);
  };
  if (texts('BurnedInAnnotation').includes('YES')) return 'declared';
  if (dataSet.has(tagOf('EncapsulatedDocument'))) return 'document';
  if (VIDEO_TRANSFER_SYNTAX.test(TransferSyntaxUID)) return 'video';
  const ofClass = KIND_BY_CLASS.get(texts('SOPClassUID')[0] ?? '');
  if (ofClass !== undefined) return ofClass;
  if (hasOverlayInPixels(dataSet)) return 'screen';
  if (texts('ConversionType').some((type) => CAPTURED.has(type))) return 'screen';
  const [pixels = '', examination = '', ...others] = texts('ImageType');
  const isBareSecondary = pixels === 'DERIVED' && examination === 'SECONDARY' && others.length === 0;
  return isBareSecondary || others.some((value) => DRAWN.test(value)) ? 'screen' : undefined;
}

/**
 * An overlay without data of its own has its bits among those of PixelData (as older objects do, retired since): letters
 * that are drawn there go wherever the pixels go.
 */
function hasOverlayInPixels(dataSet: DataSet): boolean {
  return [...dataSet.keys()].some((tag) => {
    if (tag >>> 24 !== 0x60 || (tag & 0xffff) !== OVERLAY_BITS_ALLOCATED) return false;
    const at = (element: number): number => ((tag & 0xffff0000) | element) >>> 0;
    const isOwnPlane = numberAt(dataSet, tag) <= 1 && numberAt(dataSet, at(OVERLAY_BIT_POSITION)) === 0;
    return !isOwnPlane && !dataSet.has(at(OVERLAY_DATA));
  });
}

/** A US, also where it is written as UN; 0 where there is none. */
function numberAt(dataSet: DataSet, tag: number): number {
  const value = dataSet.get(tag)?.value;
  return value?.kind === 'bytes' && value.bytes.length >= 2 ? value.bytes.readUInt16LE() : 0;
}
