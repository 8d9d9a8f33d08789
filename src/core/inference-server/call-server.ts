// One request to an inference server, with its certificates to trust and its token.
//
// Whatever keeps an answer away is one failure, and temporary: certificates are renewed, tokens put in place, networks
// repaired. A server that lets us wait is not asked again by this process for a while, so that one that hangs does not
// hold up the jobs of others.

import { readFile } from 'node:fs/promises';
import type { InferenceServer } from '../../config/core-specification.ts';
import { readSecret } from '../../config/secret.ts';
import type { Failure } from '../../job/failure.ts';
import { parseCertificates } from '../../network/certificate.ts';
import { exchange, type HttpAnswer, type HttpRequest, type HttpTimeouts } from '../../network/http-exchange.ts';
import { wordTlsFault } from '../../network/tls-fault.ts';
import { codeOf } from '../../spool/error-code.ts';

export type ServerAway = Extract<Failure, { reason: 'inference-server-away' }>;

/** For input and results, which may be long: an answer may begin when all of it was packed. */
export const TRANSFER: HttpTimeouts = { connectSeconds: 10, silenceSeconds: 120, totalSeconds: 4 * 3600 };
/** For a word. */
export const WORD: HttpTimeouts = { connectSeconds: 10, silenceSeconds: 10, totalSeconds: 30 };

/** How long a server is left alone after it let us wait. */
const LEFT_ALONE_MILLISECONDS = 30_000;
const leftAlone = new Map<string, { readonly until: number; readonly failure: ServerAway }>();

type Call = Pick<HttpRequest, 'method' | 'url' | 'body' | 'timeouts'>;

/** @throws what `take` and the content of the body throw */
export async function callServer<T extends object>(
  server: InferenceServer, call: Call, take: (answer: HttpAnswer) => Promise<T>,
): Promise<T | ServerAway> {
  const alone = leftAlone.get(server.url);
  if (alone !== undefined && alone.until > performance.now()) return alone.failure;
  leftAlone.delete(server.url);
  const away = (text: string): ServerAway => ({ reason: 'inference-server-away', url: server.url, text });

  const authorities = await readAuthorities(server);
  if ('fault' in authorities) return away(authorities.fault);
  const token = await readToken(server);
  if ('fault' in token) return away(token.fault);
  const answer = await exchange({ ...call, ...authorities, ...token }, take);
  if (!('fault' in answer)) return answer;
  const failure = away(answer.fault);
  if (answer.wasSlow) leftAlone.set(server.url, { until: performance.now() + LEFT_ALONE_MILLISECONDS, failure });
  return failure;
}

async function readAuthorities(
  { url, ca }: InferenceServer,
): Promise<{ readonly authorities?: readonly string[] } | { readonly fault: string }> {
  if (ca === undefined || !usesTls(url)) return {};
  const certificates = await readText(ca);
  if (typeof certificates !== 'string') return certificates;
  const parsed = parseCertificates(ca, certificates);
  if ('reason' in parsed) return { fault: `cannot be trusted: ${wordTlsFault(parsed).text}` };
  return { authorities: parsed.map((certificate) => certificate.toString()) };
}

/** Without it, nothing is to be trusted. */
export function usesTls(url: string): boolean {
  return new URL(url).protocol === 'https:';
}

async function readText(file: string): Promise<string | { readonly fault: string }> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { fault: `cannot be trusted: ${file} cannot be read (${code})` };
  }
}

async function readToken(
  { token }: InferenceServer,
): Promise<{ readonly headers: Readonly<Record<string, string>> } | { readonly fault: string }> {
  if (token === undefined) return { headers: {} };
  const secret = await readSecret(token);
  if ('fault' in secret) return { fault: `has a token that cannot be used: ${secret.fault}` };
  if (/[^\x20-\x7e]/.test(secret.text)) return { fault: 'has a token that no request can carry: it is not all ASCII' };
  return { headers: { 'x-token': secret.text } };
}
