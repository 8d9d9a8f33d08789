// An inference server for tests, of both interfaces: real HTTP, or HTTPS with a key pair, on a port of its own.
//
// It takes tasks, remembers what it was sent to the byte, and answers as a script says: for each question about a task
// the next answer, the last one for ever. What no script mentions goes well.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { KeyPair } from './certificates.ts';

/** What the server does with a request. */
export type Answer =
  | { readonly status: number; readonly body?: string | Buffer; readonly headers?: Readonly<Record<string, string>> }
  /** Reads it and never answers. */
  | 'hang'
  /** Ends the connection without an answer, when all of the request has come. */
  | 'reset'
  /** Ends the connection as soon as the request begins. */
  | 'reset early'
  /** Begins the answer, and ends the connection in the middle of it. */
  | { readonly brokenOff: Buffer };

export interface Script {
  readonly submit?: readonly Answer[];
  readonly ask?: readonly Answer[];
  readonly delete?: readonly Answer[];
}

/** A request as it came. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly at: number;
}

export interface InferenceServerOptions extends Script {
  readonly version: 1 | 2;
  readonly tls?: KeyPair;
  readonly port?: number;
  /** Bodies are counted and not kept, for those that are too long for memory. */
  readonly forgetsBodies?: boolean;
}

export class TestInferenceServer {
  readonly version: 1 | 2;
  readonly url: string;
  readonly port: number;
  readonly asked: Asked[] = [];
  /** Bytes of all bodies. */
  bytes = 0;
  #script: Script;
  readonly #forgetsBodies: boolean;
  readonly #used = { submit: 0, ask: 0, delete: 0 };
  readonly #waiting = new Set<() => void>();

  constructor(options: InferenceServerOptions, port: number) {
    const { version, tls, forgetsBodies = false } = options;
    this.version = version;
    this.port = port;
    this.url = `${tls === undefined ? 'http' : 'https'}://localhost:${port}/inference/`;
    this.#script = options;
    this.#forgetsBodies = forgetsBodies;
  }

  /** Requests of a kind so far. */
  of(kind: keyof Script): Asked[] {
    const method = { submit: 'POST', ask: 'GET', delete: 'DELETE' }[kind];
    return this.asked.filter((one) => one.method === method);
  }

  /** Begins a new script for what it says something of. */
  follow(script: Script): void {
    this.#script = { ...this.#script, ...script };
    for (const kind of Object.keys(script) as (keyof Script)[]) this.#used[kind] = 0;
  }

  /** Resolves when so many requests of a kind have come as a whole. */
  async got(kind: keyof Script, count: number): Promise<void> {
    const deadline = AbortSignal.timeout(30_000);
    while (this.of(kind).length < count) {
      await new Promise<void>((resolve, reject) => {
        this.#waiting.add(resolve);
        deadline.addEventListener('abort', () => reject(new Error(`no ${count} of ${kind}`)), { once: true });
      });
    }
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const kind = ({ POST: 'submit', GET: 'ask', DELETE: 'delete' } as const)[request.method ?? ''];
    if (kind === undefined) throw new Error(`unexpected ${request.method}`);
    const script = this.#script[kind] ?? [];
    const answer = script[Math.min(this.#used[kind], script.length - 1)] ?? this.#usual(kind);
    this.#used[kind] += 1;
    if (answer === 'reset early') {
      request.socket.destroy();
      return;
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) {
      this.bytes += (piece as Buffer).length;
      if (!this.#forgetsBodies) pieces.push(piece as Buffer);
    }
    const { method = '', url: path = '', headers } = request;
    this.asked.push({ method, path, headers, body: Buffer.concat(pieces), at: performance.now() });
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    if (answer === 'hang') return;
    if (answer === 'reset') {
      request.socket.destroy();
      return;
    }
    if ('brokenOff' in answer) {
      response.writeHead(200, { 'content-length': String(answer.brokenOff.length + 1000) });
      response.write(answer.brokenOff, () => request.socket.destroy());
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/octet-stream', ...answer.headers });
    response.end(answer.body ?? '');
  }

  #usual(kind: keyof Script): Answer {
    switch (kind) {
      case 'submit': return { status: 200, body: JSON.stringify(this.version === 1 ? 'task-1' : { uid: 'task-1' }) };
      case 'ask': return { status: 551 };
      case 'delete': return { status: 200 };
    }
  }
}

/** Listens until the test is over. */
export async function startInferenceServer(
  t: Pick<TestContext, 'after'>, options: InferenceServerOptions,
): Promise<TestInferenceServer> {
  const { tls } = options;
  const server = tls === undefined ? createPlainServer()
    : createTlsServer({ key: readFileSync(tls.key), cert: readFileSync(tls.cert) });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(options.port ?? 0, 'localhost');
  await once(server, 'listening');
  const rig = new TestInferenceServer(options, (server.address() as AddressInfo).port);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    rig.answer(request, response).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET') throw error; // the station, or what it runs in, was ended
    });
  });
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    if (server.listening) await once(server, 'close');
  });
  return rig;
}

/** The file of a form, taken out of the body of a submission. */
export function fileOfForm({ headers, body }: Asked): { readonly head: string; readonly file: Buffer } {
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const start = body.indexOf('\r\n\r\n');
  const end = body.lastIndexOf(`\r\n--${boundary}--\r\n`);
  if (boundary === '' || start < 0 || end < 0) throw new Error(`no form: ${body.subarray(0, 200).toString('latin1')}`);
  return { head: body.subarray(0, start).toString('latin1'), file: body.subarray(start + 4, end) };
}
