// One try at a DICOMweb server: its requests go out one after the other on a connection that is kept, with what is to
// be shown and trusted read once, when the try begins.
//
// Promises: whatever keeps an answer away is a Failure. Never tells what it shows, and never follows a redirection.

import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { Failure } from '../../job/failure.ts';
import { exchange, type HttpAnswer, type HttpFault, type HttpRequest } from '../http-exchange.ts';
import { readTlsClient, type TlsClient } from '../tls-client.ts';
import { wordTlsFault } from '../tls-fault.ts';
import type { WebPeer } from './web-peer.ts';

/** A request whose body is made anew for each time that it is sent. */
export interface WebRequest {
  readonly method: 'GET' | 'POST';
  /** Behind the server's url: `/studies`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  makeBody?(): NonNullable<HttpRequest['body']>;
}

type Failed = { readonly failure: Failure };

/** Why there is no answer. `wasLost`: the server closed the connection in the middle. */
export type NoAnswer = Failed & { readonly wasLost?: true };

export class WebSession {
  readonly #peer: WebPeer;
  readonly #tls: TlsClient | undefined;
  readonly #authorization: Readonly<Record<string, string>>;
  readonly #agent: PlainAgent;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    peer: WebPeer, tls: TlsClient | undefined, authorization: string | undefined, signal: AbortSignal | undefined,
  ) {
    this.#peer = peer;
    this.#tls = tls;
    this.#authorization = authorization === undefined ? {} : { authorization };
    const options = { keepAlive: true, maxSockets: 1, noDelay: true };
    this.#agent = isSecure(peer) ? new SecureAgent(options) : new PlainAgent(options);
    this.#signal = signal;
  }

  /** Connects to nobody yet. */
  static async open(peer: WebPeer, signal?: AbortSignal): Promise<WebSession | Failed> {
    const tls = isSecure(peer) ? await readTlsClient(peer.tls ?? {}, hostOf(peer)) : undefined;
    if (tls !== undefined && 'reason' in tls) {
      const { text, remedy } = wordTlsFault(tls);
      return { failure: { reason: 'tls-unusable', text: `${text}; ${remedy}` } };
    }
    const authorization = await peer.readAuthorization?.();
    if (authorization !== undefined && 'fault' in authorization) {
      return { failure: { reason: 'secret-missing', text: authorization.fault } };
    }
    return new WebSession(peer, tls, authorization?.text, signal);
  }

  /** What `take` makes of the answer. A connection that was kept and proves to be closed is replaced by a new one. */
  async ask<T extends object>(request: WebRequest, take: (answer: HttpAnswer) => Promise<T>): Promise<T | NoAnswer> {
    const first = await this.#exchange(request, take);
    const last = 'fault' in first && first.wasLost && first.wasKept ? await this.#exchange(request, take) : first;
    if (!('fault' in last)) return last;
    return {
      failure: { reason: 'web-server-away', url: this.#peer.url, text: last.fault },
      ...(last.wasLost ? { wasLost: true } : {}),
    };
  }

  #exchange<T extends object>(
    { method, path, headers, makeBody }: WebRequest, take: (answer: HttpAnswer) => Promise<T>,
  ): Promise<T | HttpFault> {
    return exchange({
      method,
      url: new URL(`${this.#peer.url}${path}`),
      headers: { ...headers, ...this.#authorization },
      ...(makeBody === undefined ? {} : { body: makeBody() }),
      ...(this.#tls === undefined ? {} : { tls: this.#tls.options }),
      agent: this.#agent,
      timeouts: this.#peer.timeouts,
      signal: this.#signal,
    }, take);
  }

  /** A text of the server's without what we have shown, which it may repeat. */
  conceal(text: string): string {
    return secretsOf(this.#authorization['authorization']).reduce((left, secret) => left.replaceAll(secret, '***'), text);
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** What no log may hold of an Authorization header: the token, or name and password together and the latter alone. */
function secretsOf(authorization = ''): string[] {
  const [scheme = '', credentials = ''] = authorization.split(' ');
  const plain = scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString('utf8') : '';
  return [credentials, plain, plain.slice(plain.indexOf(':') + 1)].filter((secret) => secret !== '');
}

function isSecure({ url }: WebPeer): boolean {
  return new URL(url).protocol === 'https:';
}

/** Without the brackets of IPv6. */
function hostOf({ url }: WebPeer): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}
