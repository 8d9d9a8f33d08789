// The body of a STOW-RS request: DICOM files one after the other, each a part, as they lie on disk (PS3.18 section
// 10.5, RFC 2387).
//
// Promises: read while it is sent, so that memory does not grow with the files; the announced length is what is sent.
// A file that cannot be read to its end ends the request, so that no server takes it for whole.

import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Failure } from '../../job/failure.ts';
import { readFailure } from '../dataset-file.ts';
import type { HttpRequest } from '../http-exchange.ts';
import type { InstanceToSend } from '../store-scu.ts';

/** A file and how long it is. */
export interface StowPart {
  readonly instance: InstanceToSend;
  readonly bytes: number;
}

export type StowBody = NonNullable<HttpRequest['body']>;

/** Whether a part says its transfer syntax, as the media type allows, or leaves that to its file meta information. */
export type PartWording = 'with transfer syntax' | 'bare';

const READ_BYTES = 1024 * 1024;

class Shortened extends Error {}

/** Thrown out of the body. */
export class UnreadableFile extends Error {
  readonly instance: InstanceToSend;
  readonly failure: Failure;

  constructor(instance: InstanceToSend, failure: Failure) {
    super(`${instance.file} cannot be read`);
    this.instance = instance;
    this.failure = failure;
  }
}

export function formatStowBody(parts: readonly StowPart[], wording: PartWording): StowBody {
  const boundary = `dts-${randomUUID()}`;
  const heads = parts.map(({ instance }) => formatHead(boundary, instance, wording));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* content(): AsyncGenerator<Uint8Array> {
    for (const [index, part] of parts.entries()) {
      yield heads[index] ?? Buffer.alloc(0);
      yield* readWhole(part);
    }
    yield tail;
  }
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0) + heads.reduce((sum, head) => sum + head.length, 0);
  return {
    contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
    bytes: bytes + tail.length,
    content: content(),
  };
}

/** The line break before a boundary belongs to it; before the first one it is the preamble, which means nothing. */
function formatHead(boundary: string, { TransferSyntaxUID }: InstanceToSend, wording: PartWording): Buffer {
  const syntax = wording === 'bare' ? '' : `; transfer-syntax=${TransferSyntaxUID}`;
  return Buffer.from(`\r\n--${boundary}\r\nContent-Type: application/dicom${syntax}\r\n\r\n`);
}

/** Each piece in memory of its own: it is sent while the next one is read. */
async function* readWhole({ instance, bytes }: StowPart): AsyncGenerator<Buffer> {
  let opened: FileHandle | undefined;
  try {
    opened = await open(instance.file, constants.O_RDONLY | constants.O_NONBLOCK); // a named pipe would be waited for
    for (let position = 0; position < bytes; ) {
      const piece = Buffer.allocUnsafe(Math.min(READ_BYTES, bytes - position));
      const { bytesRead } = await opened.read(piece, 0, piece.length, position);
      if (bytesRead === 0) throw new Shortened(`ends at byte ${position}, and had ${bytes} when it was to be sent`);
      position += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  } catch (error) {
    const { file } = instance;
    throw new UnreadableFile(instance, error instanceof Shortened
      ? { reason: 'instance-unreadable', file, text: error.message } : readFailure(file, error));
  } finally {
    await opened?.close();
  }
}
