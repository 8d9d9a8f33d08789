// The port for DICOM over TLS (PS3.15 section B.12): hands on connections whose handshake is done and whose peer has
// shown what is wanted of it.
//
// Promises: no byte of DICOM passes before that, nor without TLS, whatever a peer sends; what it fails at is told with
// its reason; a handshake has as long as it has to ask for an association, and no more. Without credentials that can be
// used it listens all the same and refuses everybody, until there are some.

import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { codeOf, hasCode } from '../spool/error-code.ts';
import { CredentialWatch, type CredentialNews } from './credential-watch.ts';
import { wordHandshakeFailure } from './handshake-failure.ts';
import { type ListenFailure, listenFailureOf } from './listen-failure.ts';
import { wordTooMany } from './rejection.ts';
import type { TlsFiles } from './tls-credentials.ts';
import { TLS_POLICY } from './tls-policy.ts';

/** What the receiver's TLS port is configured to. */
export interface TlsPort {
  /** 0 takes any free one. */
  readonly port: number;
  readonly files: TlsFiles;
  readonly requireClientCertificate: boolean;
  /** Between two looks at the files; a minute when left out. */
  readonly lookEverySeconds?: number;
  readonly news: CredentialNews;
}

export interface TlsListenerOptions extends TlsPort {
  readonly address: string;
  readonly handshakeSeconds: number;
  /** At the same time, handshakes included; more are closed unheard. */
  readonly connections: number;
}

export interface TlsListenerHooks {
  /** Nothing has been read of it yet. */
  connected(socket: TLSSocket): void;
  /** Not for a connection that was closed without a byte, which is how monitors look whether somebody listens. */
  refused(address: string, text: string): void;
}

export interface TlsListener {
  readonly port: number;
  /** Takes no new connections and ends handshakes; what was handed on is not its own any more. */
  stop(): void;
}

const LOOK_EVERY_SECONDS = 60;

/** Rejects with the system's error where it is not one of ListenFailure. */
export async function startTlsListener(
  options: TlsListenerOptions, hooks: TlsListenerHooks,
): Promise<TlsListener | ListenFailure> {
  const { address, port, files, news, requireClientCertificate, handshakeSeconds } = options;
  const server = createServer({
    ...TLS_POLICY,
    requestCert: requireClientCertificate,
    rejectUnauthorized: true,
    handshakeTimeout: handshakeSeconds * 1000,
  });
  server.maxConnections = options.connections;
  const credentials = new CredentialWatch(files, {
    ...news,
    loaded(loaded) {
      server.setSecureContext(loaded.context);
      news.loaded(loaded);
    },
  });
  await credentials.look();

  const handshakes = new Set<Socket>();
  /** Of every connection, also of a closed one, whose socket has forgotten it. */
  const addresses = new WeakMap<Socket, string>();
  server.on('connection', (connection: Socket) => {
    addresses.set(connection, connection.remoteAddress ?? 'unknown');
    handshakes.add(connection);
    connection.once('close', () => handshakes.delete(connection));
  });
  server.on('secureConnection', (socket) => {
    const connection = connectionUnder(socket);
    if (connection !== undefined) handshakes.delete(connection);
    hooks.connected(socket);
  });
  server.on('drop', (dropped) => hooks.refused(dropped?.remoteAddress ?? 'unknown', wordTooMany(options.connections)));
  let isStopped = false;
  server.on('tlsClientError', (error, socket) => {
    socket.destroy(); // after a time-out it is still open
    const connection = connectionUnder(socket);
    if (isStopped || (hasCode(error, 'ECONNRESET') && connection?.bytesRead === 0)) return;
    const text = credentials.isUsable ? wordHandshakeFailure(error, verificationErrorOf(socket))
      : 'the receiver has no certificate that can be used';
    hooks.refused(connection === undefined ? 'unknown' : addresses.get(connection) ?? 'unknown', text);
  });

  const failure = await listen(server, address, port);
  if (failure !== undefined) return failure;
  server.on('error', (error) => {
    hooks.refused('unknown', `a connection was not taken: ${codeOf(error) ?? error.message}`);
  });
  const looks = setInterval(() => void credentials.look(), (options.lookEverySeconds ?? LOOK_EVERY_SECONDS) * 1000);
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      isStopped = true;
      clearInterval(looks);
      server.close();
      for (const connection of handshakes) connection.destroy();
    },
  };
}

/** The TCP connection that a TLS socket was made of. Node.js tells of a failed handshake only the latter. */
function connectionUnder(socket: TLSSocket): Socket | undefined {
  return (socket as unknown as { readonly _parent?: Socket | null })._parent ?? undefined;
}

/** Node.js has a text there, or null, where its type definitions have an error. */
function verificationErrorOf(socket: TLSSocket): string | undefined {
  const { authorizationError } = socket as { readonly authorizationError: unknown };
  return typeof authorizationError === 'string' ? authorizationError : undefined;
}

function listen(server: Server, address: string, port: number): Promise<ListenFailure | undefined> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const failure = listenFailureOf(error, address, port);
      if (failure === undefined) reject(error);
      else resolve(failure);
    });
    server.listen({ host: address, port }, () => resolve(undefined));
  });
}
