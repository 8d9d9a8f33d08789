// One request to an inference server, with its certificates to trust and its token.
//
// Whatever keeps an answer away is one failure, and temporary: certificates are renewed, tokens put in place, networks
// repaired. A server that lets us wait is not asked again by this process for a while, so that one that hangs does not
// hold up the jobs of others.

import type { InferenceServer } from '../../config/core-specification.ts';
import { readSecret } from '../../config/secret.ts';
import type { Failure } from '../../job/failure.ts';
import { exchange, type HttpAnswer, type HttpRequest, type HttpTimeouts } from '../../network/http-exchange.ts';
import { readTlsClient } from '../../network/tls-client.ts';
import { wordTlsFault } from '../../network/tls-fault.ts';

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

  const trust = await readTrust(server);
  if ('fault' in trust) return away(trust.fault);
  const token = await readToken(server);
  if ('fault' in token) return away(token.fault);
  const answer = await exchange({ ...call, ...trust, ...token }, take);
  if (!('fault' in answer)) return answer;
  const failure = away(answer.fault);
  if (answer.wasSlow) leftAlone.set(server.url, { until: performance.now() + LEFT_ALONE_MILLISECONDS, failure });
  return failure;
}

async function readTrust(
  { url, ca }: InferenceServer,
): Promise<Pick<HttpRequest, 'tls'> | { readonly fault: string }> {
  if (ca === undefined || !usesTls(url)) return {};
  const client = await readTlsClient({ ca }, new URL(url).hostname);
  if ('reason' in client) return { fault: `cannot be trusted: ${wordTlsFault(client).text}` };
  return { tls: client.options };
}

/** Without it, nothing is to be trusted. */
export function usesTls(url: string): boolean {
  return new URL(url).protocol === 'https:';
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
