// The compressed transfer syntaxes whose pixels can be decoded here, and what of each is known to come out right.

import type { ImageFormat } from './image-format.ts';

/** How frames are encoded, whatever the transfer syntax is called. */
export type Coding = 'none' | 'deflate' | 'RLE' | 'JPEG' | 'JPEG-LS' | 'JPEG 2000' | 'HTJ2K';

export interface Compression {
  readonly coding: Coding;
  /** Whether decoding gives back what was encoded, bit by bit. */
  readonly lossless: boolean;
}

const lossless = (coding: Coding): Compression => ({ coding, lossless: true });
const lossy = (coding: Coding): Compression => ({ coding, lossless: false });

export const COMPRESSIONS: ReadonlyMap<string, Compression> = new Map([
  ['1.2.840.10008.1.2.1.98', lossless('none')],
  ['1.2.840.10008.1.2.4.50', lossy('JPEG')],
  ['1.2.840.10008.1.2.4.51', lossy('JPEG')],
  ['1.2.840.10008.1.2.4.57', lossless('JPEG')],
  ['1.2.840.10008.1.2.4.70', lossless('JPEG')],
  ['1.2.840.10008.1.2.4.80', lossless('JPEG-LS')],
  ['1.2.840.10008.1.2.4.81', lossy('JPEG-LS')],
  ['1.2.840.10008.1.2.4.90', lossless('JPEG 2000')],
  ['1.2.840.10008.1.2.4.91', lossy('JPEG 2000')],
  ['1.2.840.10008.1.2.4.201', lossless('HTJ2K')],
  ['1.2.840.10008.1.2.4.202', lossless('HTJ2K')],
  ['1.2.840.10008.1.2.4.203', lossy('HTJ2K')],
  ['1.2.840.10008.1.2.5', lossless('RLE')],
  ['1.2.840.10008.1.2.8.1', lossless('deflate')],
]);

const SUBSAMPLED = /^YBR_\w+_42[02]$/;

/**
 * Whether images of that kind are decoded rightly. dcmjs-codecs 0.0.8 gives colours of more than 8 bits in JPEG 2000
 * as if they had 8, and JPEG 2000 of 8 signed bits wrong; none of its codecs but RLE takes 32 bits.
 */
export function isDecodable(coding: Coding, format: ImageFormat): boolean {
  const { BitsAllocated, SamplesPerPixel, PixelRepresentation, PhotometricInterpretation } = format;
  switch (coding) {
    case 'none':
    case 'deflate':
    case 'RLE': return !SUBSAMPLED.test(PhotometricInterpretation); // their frames are shorter than others
    case 'JPEG':
    case 'JPEG-LS': return BitsAllocated <= 16;
    case 'JPEG 2000':
    case 'HTJ2K':
      if (SamplesPerPixel > 1) return BitsAllocated === 8;
      return BitsAllocated === 16 || (BitsAllocated === 8 && PixelRepresentation === 0);
  }
}
