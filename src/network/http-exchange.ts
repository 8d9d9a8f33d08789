// One HTTP request and its answer, over TLS where the address says so.
//
// Promises: what is sent is read while it is sent, and what comes is handed on as it comes, so neither takes memory; no
// answer is waited for without end; no redirection is followed; whom to trust is said for each request, and which TLS
// is spoken by tls-policy.ts.

import { type Agent, request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { codeOf } from '../spool/error-code.ts';
import { wordHttpFault } from './http-fault.ts';
import type { TlsClientOptions } from './tls-client.ts';
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
  /** Absent: the authorities that Node.js trusts, and nothing is shown. */
  readonly tls?: TlsClientOptions;
  /** Keeps connections for requests to come; absent: one of its own, which ends with it. */
  readonly agent?: Agent;
  readonly timeouts: HttpTimeouts;
  readonly signal?: AbortSignal | undefined;
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
  /** The connection was there, and the server closed it. */
  readonly wasLost?: true;
  /** It was one that was kept: the server may have closed it before it saw the request. */
  readonly wasKept?: true;
}

class TooSlow extends Error {}

class Stopped extends Error {}

/**
 * @param take reads what it wants of an answer; then nothing of the request goes on, and the connection is closed, but
 *   for one that is to be kept and of which all was read
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
  const stop = () => void client.destroy(new Stopped('was not waited for: stopped'));
  request.signal?.addEventListener('abort', stop);
  if (request.signal?.aborted === true) stop();
  const connecting = setTimeout(endAs(`did not take a connection within ${connectSeconds} s`), connectSeconds * 1000);
  const connected = new Promise<void>((resolve) => {
    client.once('socket', (socket) => {
      if (client.reusedSocket) resolve();
      else socket.once(isSecure(request) ? 'secureConnect' : 'connect', resolve);
    });
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
    if (cause instanceof Stopped) return { fault: cause.message, wasSlow: false };
    if (error !== trouble && !(error instanceof Broken)) throw error;
    const code = codeOf(cause);
    if (!(cause instanceof Error) || code === undefined) throw cause;
    return {
      fault: wordHttpFault(cause),
      wasSlow: code === 'ETIMEDOUT',
      ...(code === 'ECONNRESET' || code === 'EPIPE' ? { wasLost: true } : {}),
      ...(client.reusedSocket ? { wasKept: true } : {}),
    };
  } finally {
    request.signal?.removeEventListener('abort', stop);
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

function open({ method, url, headers, body, tls = {}, agent }: HttpRequest): ClientRequest {
  const options = {
    method,
    agent: agent ?? false,
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-type': body.contentType, 'content-length': String(body.bytes) }),
    },
  } as const;
  if (!isSecure({ url })) return requestPlain(url, options);
  return requestSecure(url, { ...options, ...TLS_POLICY, ...tls, rejectUnauthorized: true });
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
