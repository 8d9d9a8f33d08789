// Decodes one compressed frame; those of JPEG and its relatives with the codecs of dcmjs-codecs: OpenJPEG, OpenJPH,
// CharLS and libjpeg in a module of WebAssembly, loaded with the first such frame. Blocks the process while it works.
//
// Promises: exactly the bytes that the image's attributes announce, pixel by pixel (PlanarConfiguration 0) but for RLE,
// which is as the attribute says; or why not. A frame that breaks a codec breaks no other: the module is made anew.

import { createRequire } from 'node:module';
import { inflateRawSync } from 'node:zlib';
import { readCodestream } from './codestream.ts';
import { isDecodable, type Coding } from './compressions.ts';
import { decodeRle } from './decode-rle.ts';
import { frameBytes, type ImageFormat, type Undecodable } from './image-format.ts';

type Decoder = 'decodeJpeg' | 'decodeJpegLs' | 'decodeJpeg2000' | 'decodeHtJpeg2000';

interface FrameContext {
  getDecodedBuffer(): Uint8Array;
}

/** What is used of the package. */
interface Codecs {
  readonly log: { setLevel(level: 'silent'): void };
  readonly Context: new (attributes: {
    width: number; height: number; bitsAllocated: number; bitsStored: number; samplesPerPixel: number;
    pixelRepresentation: number; planarConfiguration: number; photometricInterpretation: string;
    encodedBuffer: Uint8Array;
  }) => FrameContext;
  readonly NativeCodecs: {
    readonly [Name in Decoder]: (context: FrameContext, parameters: { convertColorspaceToRgb: boolean }) => FrameContext;
  } & {
    initializeAsync(): Promise<void>;
    isInitialized(): boolean;
    release(): void;
  };
}

type CodestreamCoding = Exclude<Coding, 'none' | 'deflate' | 'RLE'>;

/** A package of CommonJS, which finds its WebAssembly beside itself. */
const load = createRequire(import.meta.url);

const DECODERS: Readonly<Record<CodestreamCoding, Decoder>> = {
  'JPEG': 'decodeJpeg',
  'JPEG-LS': 'decodeJpegLs',
  'JPEG 2000': 'decodeJpeg2000',
  'HTJ2K': 'decodeHtJpeg2000',
};

/** What YBR is made of while it is decoded, where that is asked for. */
export interface DecodeOptions {
  readonly toRGB: boolean;
}

/** @param encoded the whole frame, its fragments one behind the other */
export async function decodeFrame(
  encoded: Buffer, coding: Coding, format: ImageFormat, { toRGB }: DecodeOptions,
): Promise<Buffer | Undecodable> {
  const length = frameBytes(format);
  if (coding === 'none') return ofLength(encoded.subarray(0, length), length);
  if (coding === 'deflate') return inflateFrame(encoded, length);
  if (!isDecodable(coding, format)) return { undecodable: `has ${samplesText(format)}, not decoded from ${coding}` };
  const decoded = coding === 'RLE'
    ? decodeRle(encoded, format) : await decodeCodestream(encoded, coding, format, toRGB);
  return 'undecodable' in decoded ? decoded : ofLength(decoded, length);
}

/** `3 samples a pixel of 16 bits`. */
function samplesText({ SamplesPerPixel, BitsAllocated, PixelRepresentation }: ImageFormat): string {
  const samples = SamplesPerPixel === 1 ? '1 sample' : `${SamplesPerPixel} samples`;
  return `${samples} a pixel of ${BitsAllocated} ${PixelRepresentation === 1 ? 'signed bits' : 'bits'}`;
}

async function decodeCodestream(
  encoded: Buffer, coding: CodestreamCoding, format: ImageFormat, toRGB: boolean,
): Promise<Buffer | Undecodable> {
  const codestream = readCodestream(encoded, format);
  if ('undecodable' in codestream) return codestream;
  if (format.PhotometricInterpretation.startsWith('YBR_RCT') && !codestream.isTransformed) {
    return { undecodable: 'is labelled YBR_RCT, which its codestream is not' };
  }
  const decoded = await decodeWith(encoded, coding, format, toRGB);
  return 'undecodable' in decoded || !codestream.isPlanar ? decoded : interleave(decoded, format);
}

async function decodeWith(
  encoded: Buffer, coding: CodestreamCoding, format: ImageFormat, toRGB: boolean,
): Promise<Buffer | Undecodable> {
  const { Context, NativeCodecs } = await codecs();
  const context = new Context({
    width: format.Columns, height: format.Rows, bitsAllocated: format.BitsAllocated, bitsStored: format.BitsStored,
    samplesPerPixel: format.SamplesPerPixel, pixelRepresentation: format.PixelRepresentation,
    planarConfiguration: 0, photometricInterpretation: format.PhotometricInterpretation, encodedBuffer: encoded,
  });
  try {
    const decoded = NativeCodecs[DECODERS[coding]](context, { convertColorspaceToRgb: toRGB }).getDecodedBuffer();
    return Buffer.from(decoded.buffer, decoded.byteOffset, decoded.byteLength);
  } catch (error) {
    // Whatever it throws, it says of the frame; what it has allocated is gone with the module.
    NativeCodecs.release();
    if (!(error instanceof Error)) throw error;
    return { undecodable: `has a frame that is no ${coding}: ${error.message}` };
  }
}

async function codecs(): Promise<Codecs> {
  const loaded = load('dcmjs-codecs') as Codecs;
  if (!loaded.NativeCodecs.isInitialized()) {
    loaded.log.setLevel('silent'); // it would write to the terminal
    await loaded.NativeCodecs.initializeAsync();
  }
  return loaded;
}

/** Deflated Image Frame Compression, PS3.5 section A.4.13. */
function inflateFrame(encoded: Buffer, length: number): Buffer | Undecodable {
  try {
    return ofLength(inflateRawSync(encoded, { maxOutputLength: length + 1 }), length);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('Z_') && code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    return { undecodable: 'has a frame that is no deflate stream of its size' };
  }
}

function ofLength(decoded: Buffer, length: number): Buffer | Undecodable {
  if (decoded.length === length) return decoded;
  return { undecodable: `has a frame of ${decoded.length} bytes where its attributes say ${length}` };
}

/** Samples plane by plane to pixel by pixel. */
function interleave(planes: Buffer, { SamplesPerPixel, BitsAllocated }: ImageFormat): Buffer {
  const sampleBytes = BitsAllocated / 8;
  const pixels = planes.length / SamplesPerPixel / sampleBytes;
  const interleaved = Buffer.allocUnsafe(planes.length);
  for (let sample = 0; sample < SamplesPerPixel; sample += 1) {
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      const from = (sample * pixels + pixel) * sampleBytes;
      const to = (pixel * SamplesPerPixel + sample) * sampleBytes;
      for (let byte = 0; byte < sampleBytes; byte += 1) interleaved[to + byte] = planes[from + byte] ?? 0;
    }
  }
  return interleaved;
}
