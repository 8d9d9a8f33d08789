// Pixel values: every uncompressed layout that the example core supports, and a reason for every other.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readHeader } from '../../src/dicom/header.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from '../../src/dicom/transfer-syntaxes.ts';
import { writePart10, type Dataset } from '../../src/dicom/write.ts';
import { readFrames, type Frame, type NotMeasurable } from '../../src/demo/example-core/pixel-data.ts';

const REAL_OBJECTS = fileURLToPath(new URL('../../../shared/data', import.meta.url));

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dts-pixels-'));
});
after(() => rm(directory, { recursive: true, force: true }));

const GREY: Dataset = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', SOPInstanceUID: '1.2.3', SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2', Rows: 1, Columns: 3,
  BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 0,
};

const UNSIGNED_8: Dataset = { BitsAllocated: 8, BitsStored: 8, HighBit: 7, PixelData: Uint8Array.of(0, 128, 255) };
const OVERLAID_12: Dataset = { BitsStored: 12, HighBit: 11, PixelData: Uint16Array.of(0xf001, 0x1fff, 0x0800) };
const UPPER_12: Dataset = { BitsStored: 12, HighBit: 15, PixelData: Uint16Array.of(0x0010, 0xffff, 0x0000) };
const SMALL: Dataset = { PixelData: Uint16Array.of(0, 1, 2048) };

const LAYOUTS: [claim: string, elements: Dataset, values: number[]][] = [
  ['16 bits unsigned', { PixelData: Uint16Array.of(0, 1, 65535) }, [0, 1, 65535]],
  ['16 bits signed', { PixelRepresentation: 1, PixelData: Int16Array.of(-32768, -1, 5) }, [-32768, -1, 5]],
  ['8 bits unsigned', UNSIGNED_8, [0, 128, 255]],
  ['8 bits signed', { ...UNSIGNED_8, PixelRepresentation: 1 }, [0, -128, -1]],
  ['12 of 16 bits below overlay bits', OVERLAID_12, [1, 4095, 2048]],
  ['12 of 16 bits signed below overlay bits', { ...OVERLAID_12, PixelRepresentation: 1 }, [1, -1, -2048]],
  ['12 bits at the upper end', UPPER_12, [1, 4095, 0]],
  ['MONOCHROME1', { ...SMALL, PhotometricInterpretation: 'MONOCHROME1' }, [0, 1, 2048]],
  ['rescaled values', { ...SMALL, RescaleSlope: 0.5, RescaleIntercept: -1024 }, [-1024, -1023.5, 0]],
  [
    'a sequence of undefined length before the pixels',
    { ...SMALL, ReferencedImageSequence: [{ ReferencedSOPInstanceUID: '1.2' }] },
    [0, 1, 2048],
  ],
];

for (const [claim, elements, values] of LAYOUTS) {
  for (const syntax of [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN]) {
    test(`reads ${claim} (${syntax})`, async () => {
      const frames = await framesOf(elements, syntax);
      assert.ok(!('notMeasurable' in frames), JSON.stringify(frames));
      assert.deepEqual(frames.map((frame) => [...frame.values]), [values]);
    });
  }
}

test('reads each frame of several', async () => {
  const frames = await framesOf({ NumberOfFrames: 2, PixelData: Uint16Array.of(1, 2, 3, 4, 5, 6) });
  assert.ok(!('notMeasurable' in frames));
  assert.deepEqual(frames.map((frame) => [...frame.values]), [[1, 2, 3], [4, 5, 6]]);
});

const REFUSED: [claim: string, elements: Dataset, reason: RegExp][] = [
  ['colour', { SamplesPerPixel: 3, PhotometricInterpretation: 'RGB' }, /photometric interpretation RGB/],
  ['palettes', { PhotometricInterpretation: 'PALETTE COLOR' }, /PALETTE COLOR/],
  ['32 bits', { BitsAllocated: 32, BitsStored: 32, HighBit: 31 }, /32 bits allocated/],
  ['bits that contradict each other', { BitsStored: 16, HighBit: 11 }, /do not fit/],
  ['no pixels', {}, /no pixel data/],
  ['no size', { Rows: 0 }, /no images/],
  ['too few pixels', { PixelData: Uint16Array.of(1, 2) }, /truncated: 4 of 6 bytes/],
  ['more frames than there is data', { NumberOfFrames: 2147483647, PixelData: Uint16Array.of(1, 2, 3) }, /truncated/],
];

for (const [claim, elements, reason] of REFUSED) {
  test(`gives a reason for ${claim}`, async () => {
    const frames = await framesOf(elements);
    assert.ok('notMeasurable' in frames);
    assert.match(frames.notMeasurable, reason);
  });
}

const skip = existsSync(REAL_OBJECTS) ? false : 'the folder of real objects is absent';

test('reads or gives a reason for each real object, and reads the CT and the MR', { skip }, async () => {
  const read: string[] = [];
  for (const name of (await readdir(REAL_OBJECTS)).filter((one) => one.endsWith('.dcm'))) {
    const path = join(REAL_OBJECTS, name);
    const header = await readHeader(path);
    if ('notDicom' in header) continue;
    const frames = await readFrames(path, header);
    if ('notMeasurable' in frames) assert.notEqual(frames.notMeasurable, '');
    else read.push(name);
  }
  assert.ok(read.includes('CT_small.dcm') && read.includes('MR_small.dcm'), read.join());
});

async function framesOf(elements: Dataset, syntax?: string): Promise<Frame[] | NotMeasurable> {
  const path = join(directory, 'pixels.dcm');
  await writePart10(path, { ...GREY, ...elements }, syntax);
  const header = await readHeader(path);
  if ('notDicom' in header) assert.fail(header.notDicom);
  return readFrames(path, header);
}
