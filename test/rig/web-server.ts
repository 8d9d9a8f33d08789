// A DICOMweb server for tests that answers as a script says: real HTTP, or HTTPS with a key pair, on a port of its own.
//
// It takes requests apart to the byte and remembers them; what no script mentions is stored.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { parseFileMeta } from '../../src/dicom/file-meta.ts';
import type { KeyPair } from './certificates.ts';

/** A part of a STOW-RS request. */
export interface ReceivedPart {
  /** Its header lines, one after the other. */
  readonly head: string;
  readonly bytes: Buffer;
  readonly SOPInstanceUID: string;
}

/** A request as it came. */
export interface WebAsked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly parts: readonly ReceivedPart[];
  /** Counts connections from 1. */
  readonly connection: number;
}

/** What the server does with a request. */
export type WebAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Buffer }
  /** Reads it and never answers. */
  | 'hang'
  /** Ends the connection when all of the request has come. */
  | 'reset'
  /** Begins the answer, and ends the connection in the middle of it. */
  | { readonly brokenOff: string };

export interface WebScript {
  /** Undefined: all are stored. @param index counts requests from 0 */
  readonly answer?: (asked: WebAsked, index: number) => WebAnswer | undefined;
  /** Told of the first bytes of each request; what it returns is done before the rest is read. */
  readonly early?: (headers: IncomingMessage['headers'], index: number) => WebAnswer | undefined;
  readonly tls?: KeyPair;
  /** Bodies are counted and not kept, for those that are too long for memory. */
  readonly forgetsBodies?: boolean;
}

export interface TestWebServer {
  readonly url: string;
  readonly port: number;
  readonly asked: readonly WebAsked[];
  /** Bytes of all bodies so far. */
  bytes(): number;
  /** SOPInstanceUIDs in the order in which they came, request by request. */
  batches(): string[][];
}

const JSON_TYPE = 'application/dicom+json';

/** The answer of a server that stores some and not others; `failed` and `warned` are reasons by SOPInstanceUID. */
export function storedAnswer(
  SOPInstanceUIDs: readonly string[],
  { status = 200, failed = {}, warned = {} }: {
    readonly status?: number; readonly failed?: Readonly<Record<string, number>>;
    readonly warned?: Readonly<Record<string, number>>;
  } = {},
): WebAnswer {
  const item = (UID: string) => ({ '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
    '00081155': { vr: 'UI', Value: [UID] } });
  const stored = SOPInstanceUIDs.map((UID) => {
    const reason = warned[UID];
    return { ...item(UID), ...(reason === undefined ? {} : { '00081196': { vr: 'US', Value: [reason] } }) };
  });
  const refused = Object.entries(failed).map(([UID, reason]) => {
    return { ...item(UID), '00081197': { vr: 'US', Value: [reason] } };
  });
  const body = {
    ...(stored.length === 0 ? {} : { '00081199': { vr: 'SQ', Value: stored } }),
    ...(refused.length === 0 ? {} : { '00081198': { vr: 'SQ', Value: refused } }),
  };
  return { status, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(body) };
}

/** Listens on 127.0.0.1 until the test is over. */
export async function startWebServer(t: Pick<TestContext, 'after'>, script: WebScript = {}): Promise<TestWebServer> {
  const { tls, forgetsBodies = false } = script;
  const server = tls === undefined ? createPlainServer()
    : createTlsServer({ key: readFileSync(tls.key), cert: readFileSync(tls.cert) });
  const sockets = new Map<Socket, number>();
  let connections = 0;
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections += 1;
    sockets.set(socket, connections);
    socket.on('error', () => undefined); // who was cut off in the middle
  });
  const asked: WebAsked[] = [];
  let requests = 0;
  let bytes = 0;

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const index = requests;
    requests += 1;
    const early = script.early?.(request.headers, index);
    if (early !== undefined) return carryOut(early, request, response);
    const pieces: Buffer[] = [];
    for await (const piece of request) {
      bytes += (piece as Buffer).length;
      if (!forgetsBodies) pieces.push(piece as Buffer);
    }
    const { method = '', url: path = '', headers } = request;
    const parts = forgetsBodies ? [] : takeApart(headers['content-type'] ?? '', Buffer.concat(pieces));
    const one = { method, path, headers, parts, connection: sockets.get(request.socket) ?? 0 };
    asked.push(one);
    const answer = script.answer?.(one, index) ?? storedAnswer(parts.map(({ SOPInstanceUID }) => SOPInstanceUID));
    carryOut(answer, request, response);
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    take(request, response).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET') throw error; // the station, or what it runs in, was ended
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets.keys()) socket.destroy();
    server.close();
    if (server.listening) await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    port, asked,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/dicom-web`,
    bytes: () => bytes,
    batches: () => asked.map(({ parts }) => parts.map(({ SOPInstanceUID }) => SOPInstanceUID)),
  };
}

function carryOut(answer: WebAnswer, request: IncomingMessage, response: ServerResponse): void {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    request.socket.destroy();
    return;
  }
  if ('brokenOff' in answer) {
    response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': String(answer.brokenOff.length + 1000) });
    response.write(answer.brokenOff, () => request.socket.destroy());
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body ?? '');
}

/** By the rules of RFC 2046, which are stricter than most servers. */
function takeApart(contentType: string, body: Buffer): ReceivedPart[] {
  const boundary = /^multipart\/related; type="application\/dicom"; boundary=([\w-]+)$/.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const parts: ReceivedPart[] = [];
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const afterDelimiter = start + delimiter.length;
    if (body.subarray(afterDelimiter).equals(Buffer.from('--\r\n'))) return parts;
    const end = body.indexOf(delimiter, afterDelimiter);
    const headEnd = body.indexOf('\r\n\r\n', afterDelimiter);
    const bytes = body.subarray(headEnd + 4, end);
    const meta = parseFileMeta(bytes);
    if ('notDicom' in meta) throw new Error(`a part is no DICOM file: ${meta.notDicom}`);
    parts.push({
      bytes, head: body.subarray(afterDelimiter + 2, headEnd).toString('latin1'),
      SOPInstanceUID: meta.MediaStorageSOPInstanceUID ?? '',
    });
    start = end;
  }
  throw new Error(`the body of ${body.length} bytes does not end with its boundary`);
}
