// Reads a short answer of an inference server, and no more of it than anybody wants to read.

import { oneLine } from '../../job/one-line.ts';
import type { HttpAnswer } from '../../network/http-exchange.ts';

/** A task id takes a hundredth of it. */
const MOST_BYTES = 64 * 1024;
const MOST_TOLD_CHARACTERS = 200;

export interface ShortAnswer {
  readonly status: number;
  readonly text: string;
  /** Where it sends us instead; nobody goes there. */
  readonly location?: string;
}

export async function readAnswer({ status, headers, body }: HttpAnswer): Promise<ShortAnswer> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    read.push(piece);
    bytes += piece.length;
    if (bytes >= MOST_BYTES) break;
  }
  const { location } = headers;
  return {
    status,
    text: Buffer.concat(read).subarray(0, MOST_BYTES).toString('utf8'),
    ...(location === undefined ? {} : { location }),
  };
}

/** Completes "the server …". */
export function tellAnswer({ status, text, location }: ShortAnswer): string {
  const told = oneLine(text.trim()).slice(0, MOST_TOLD_CHARACTERS);
  const words = told === '' ? '' : `: ${told}`;
  if (location === undefined) return `answered ${status}${words}`;
  return `answered ${status} and refers to ${oneLine(location)}`;
}
