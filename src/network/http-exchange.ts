// One HTTP request and its answer, over TLS where the address says so.
//
// Promises: what is sent is read while it is sent, and what comes is handed on as it comes, so neither takes memory; no
// answer is waited for without end; no redirection is followed; whom to trust is said for each request, and which TLS is
// spoken by tls-policy.ts.

import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { codeOf } from '../spool/error-code.ts';
import { wordHttpFault } from './http-fault.ts';
import { TLS_POLICY } from './tls-policy.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: {
    readonly contentType: string;
    readonly bytes: number;
    readonly content: AsyncIterable<Uint8Array>;
  };
  /** Certificates in PEM; absent: those that Node.js trusts. */
  readonly authorities?: readonly string[];
  readonly timeouts: HttpTimeouts;
}

export interface HttpTimeouts {
  /** Until the connection is there, with TLS. */
  readonly connectSeconds: number;
  /** Without a byte in either direction; so long an answer may take to begin, too. */
  readonly silenceSeconds: number;
  /** For all of it. */
  readonly totalSeconds: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** May be left unread. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Why there is no answer, or no whole one, in words that complete "the server …". */
export interface HttpFault {
  readonly fault: string;
  /** Whether it took as long as a time-out. */
  readonly wasSlow: boolean;
}

class TooSlow extends Error {}

/**
 * @param take reads what it wants of an answer; then the connection is closed, and nothing of the request goes on
 * @throws what `take` and the content of the body throw
 */
export async function exchange<T extends object>(
  request: HttpRequest, take: (answer: HttpAnswer) => Promise<T>,
): Promise<T | HttpFault> {
  const { connectSeconds, silenceSeconds, totalSeconds } = request.timeouts;
  const client = open(request);
  let trouble: unknown;
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    client.once('response', resolve);
    client.on('error', (error) => {
      trouble ??= error;
      reject(error);
    });
  });
  const endAs = (text: string) => () => void client.destroy(new TooSlow(text));
  const connecting = setTimeout(endAs(`did not take a connection within ${connectSeconds} s`), connectSeconds * 1000);
  const connected = new Promise<void>((resolve) => {
    client.once('socket', (socket) => socket.once(isSecure(request) ? 'secureConnect' : 'connect', resolve));
  });
  client.setTimeout(silenceSeconds * 1000, endAs(`said nothing for ${silenceSeconds} s`));
  const whole = setTimeout(endAs(`did not come to an end within ${totalSeconds} s`), totalSeconds * 1000);

  const body = guard(request.body?.content ?? []);
  try {
    await Promise.race([connected, answered]); // or the end of a body could be reached without anybody to take it
    clearTimeout(connecting);
    const sent = pipeline(body.pieces, client);
    sent.catch(() => undefined); // the request's own error says it, or an answer that came before all was sent
    const response = await answered;
    const { statusCode: status = 0, headers } = response;
    const pieces = guard(response as AsyncIterable<Uint8Array>);
    try {
      return await take({ status, headers, body: pieces.pieces });
    } catch (error) {
      if (error === pieces.failure()) throw new Broken(error);
      throw error;
    }
  } catch (error) {
    const ofBody = body.failure();
    if (ofBody !== undefined) throw ofBody;
    const cause = error instanceof Broken ? trouble ?? error.cause : error;
    if (cause instanceof TooSlow) return { fault: cause.message, wasSlow: true };
    if (error !== trouble && !(error instanceof Broken)) throw error;
    if (!(cause instanceof Error) || codeOf(cause) === undefined) throw cause;
    return { fault: wordHttpFault(cause), wasSlow: codeOf(cause) === 'ETIMEDOUT' };
  } finally {
    clearTimeout(connecting);
    clearTimeout(whole);
    client.destroy();
    await body.settled();
  }
}

/** The answer broke off, which is no fault of who read it. */
class Broken extends Error {
  constructor(cause: unknown) {
    super('the answer broke off', { cause });
  }
}

function isSecure({ url }: Pick<HttpRequest, 'url'>): boolean {
  return url.protocol === 'https:';
}

function open({ method, url, headers, body, authorities }: HttpRequest): ClientRequest {
  const options = {
    method,
    agent: false, // a connection of its own, which ends with it
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-type': body.contentType, 'content-length': String(body.bytes) }),
    },
  } as const;
  if (!isSecure({ url })) return requestPlain(url, options);
  const trust = authorities === undefined ? {} : { ca: [...authorities] };
  return requestSecure(url, { ...options, ...TLS_POLICY, ...trust, rejectUnauthorized: true });
}

/** Pieces that remember what kept them from coming, and tell when nothing more is done for them. */
function guard(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  let failure: unknown;
  let settled = Promise.resolve();
  async function* read(): AsyncGenerator<Uint8Array> {
    let settle = (): void => undefined;
    settled = new Promise((resolve) => { settle = resolve; });
    try {
      yield* pieces;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      settle();
    }
  }
  return { pieces: read(), failure: () => failure, settled: () => settled };
}
