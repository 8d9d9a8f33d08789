// An answer of a DICOMweb server, read as far as anybody wants to read it, and told in words.

import { STATUS_CODES } from 'node:http';
import { oneLine } from '../../job/one-line.ts';
import type { HttpAnswer } from '../http-exchange.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface WebAnswer {
  readonly status: number;
  /** Empty where it is longer than MOST_BYTES. */
  readonly text: string;
  readonly isTooLong: boolean;
  readonly contentType: string;
  readonly retryAfterSeconds?: number;
  /** Where it sends us instead; nobody goes there. */
  readonly location?: string;
}

/** Some hundred bytes tell of an instance. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_TOLD_CHARACTERS = 200;

export async function readWebAnswer({ status, headers, body }: HttpAnswer): Promise<WebAnswer> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) break;
    read.push(piece);
  }
  const isTooLong = bytes > MOST_BYTES;
  const { location, 'content-type': contentType = '', 'retry-after': retryAfter } = headers;
  const retryAfterSeconds = parseRetryAfter(retryAfter, new Date());
  return {
    status, isTooLong, contentType,
    text: isTooLong ? '' : Buffer.concat(read).toString('utf8'),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(location === undefined ? {} : { location }),
  };
}

/** Completes "the server …". @param conceal takes out of a text what nobody is to read */
export function tellWebAnswer(
  { status, text, contentType, location }: WebAnswer, conceal: (text: string) => string,
): string {
  const answered = `answered ${formatHttpStatus(status)}`;
  if (location !== undefined && status >= 300 && status <= 399) {
    return `${answered} and refers to ${oneLine(conceal(location))}; give the address that it means as url`;
  }
  const isForPeople = /^(?:text\/plain|application\/(?:problem\+)?json)\b/i.test(contentType);
  const words = isForPeople ? oneLine(conceal(text).trim().replace(/\s+/g, ' ')).slice(0, MOST_TOLD_CHARACTERS) : '';
  return words === '' ? answered : `${answered}: ${words}`;
}

/** `404 (Not Found)`. */
export function formatHttpStatus(status: number): string {
  const name = STATUS_CODES[status];
  return name === undefined ? String(status) : `${status} (${name})`;
}
