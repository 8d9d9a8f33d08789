// The frames of an image, decoded one after the other while somebody takes them: memory for one of them.

import type { ByteRange, InstanceTree } from '../tree/data-set.ts';
import { openDatasetBytes, type DatasetBytes } from '../tree/dataset-bytes.ts';
import type { Coding } from './compressions.ts';
import { decodeFrame } from './decode-frame.ts';
import type { Frames } from './frames.ts';
import { frameBytes, type ImageFormat, type Undecodable } from './image-format.ts';

/** A frame that cannot be decoded, met when frames before it were given already. */
export class FrameFault extends Error {
  readonly undecodable: string;

  constructor({ undecodable }: Undecodable) {
    super(undecodable);
    this.undecodable = undecodable;
  }
}

/** How the frames of an image are encoded, and what they are to become. */
export interface FrameCoding {
  readonly coding: Coding;
  readonly toRGB: boolean;
}

/** No codec makes more of an image than twice its bytes, but for a few of its own. */
function longestEncoded(format: ImageFormat): number {
  return 2 * frameBytes(format) + 1024 * 1024;
}

/**
 * Decodes the first frame at once, so that what cannot be decoded at all is told before anything is written.
 * @returns what gives all frames, from the first on, whenever it is called; throws `FrameFault`, and as the file system
 */
export async function decodeFrames(
  tree: InstanceTree, frames: Frames, format: ImageFormat, how: FrameCoding,
): Promise<(() => AsyncIterable<Buffer>) | Undecodable> {
  const [firstFragments = []] = frames;
  const decoded = await withBytes(tree, (bytes) => readAndDecode(bytes, firstFragments, format, how));
  if ('undecodable' in decoded) return decoded;
  let first: Buffer | undefined = decoded;

  async function* decodeAll(): AsyncGenerator<Buffer, void> {
    const bytes = await openDatasetBytes(tree.file, tree.fileMeta);
    try {
      for (const fragments of frames) {
        const held = fragments === firstFragments ? first : undefined;
        first = undefined;
        const frame = held ?? await readAndDecode(bytes, fragments, format, how);
        if ('undecodable' in frame) throw new FrameFault(frame);
        yield frame;
      }
    } finally {
      await bytes.close();
    }
  }
  return decodeAll;
}

async function withBytes<Result>(tree: InstanceTree, use: (bytes: DatasetBytes) => Promise<Result>): Promise<Result> {
  const bytes = await openDatasetBytes(tree.file, tree.fileMeta);
  try {
    return await use(bytes);
  } finally {
    await bytes.close();
  }
}

async function readAndDecode(
  bytes: DatasetBytes, fragments: readonly ByteRange[], format: ImageFormat, { coding, toRGB }: FrameCoding,
): Promise<Buffer | Undecodable> {
  const length = fragments.reduce((sum, fragment) => sum + fragment.length, 0);
  if (length > longestEncoded(format)) return { undecodable: `has a frame of ${length} bytes, longer than its pixels` };
  const encoded = Buffer.allocUnsafe(length);
  let filled = 0;
  for (const fragment of fragments) {
    const read = await bytes.read(fragment.offset, encoded.subarray(filled, filled + fragment.length));
    if (read !== fragment.length) return { undecodable: 'has a frame that is cut off' };
    filled += read;
  }
  return decodeFrame(encoded, coding, format, { toRGB });
}
