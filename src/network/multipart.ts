// A form with one file, as a browser sends it (RFC 7578), made while it is sent.

import { randomUUID } from 'node:crypto';

export interface FormFile {
  /** Of the form's field. */
  readonly field: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface MultipartBody {
  readonly contentType: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** @param beforeEnd called when all but the last bytes are on their way: before them no server can take the form */
export function formatMultipart(file: FormFile, beforeEnd: () => Promise<void>): MultipartBody {
  const boundary = `dts-${randomUUID()}`;
  const head = Buffer.from([
    `--${boundary}`,
    `Content-Disposition: form-data; name="${file.field}"; filename="${file.fileName}"`,
    `Content-Type: ${file.contentType}`, '', '',
  ].join('\r\n'));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* content(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* file.content;
    await beforeEnd();
    yield tail;
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: head.length + file.bytes + tail.length,
    content: content(),
  };
}
