// Opens the connection to a peer: TCP, and TLS on it where the peer is configured so. What is to be encrypted is never
// sent otherwise, whatever the peer answers.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { codeOf } from '../spool/error-code.ts';
import type { Failure } from '../job/failure.ts';
import { cryptoText } from './certificate.ts';
import { formatAddress, type Peer } from './peer.ts';
import { readTlsClient, type TlsClientOptions } from './tls-client.ts';
import { wordTlsFault } from './tls-fault.ts';
import { wordTlsRefusal } from './tls-refusal.ts';

const KEEP_ALIVE_AFTER_MILLISECONDS = 30_000;

/** As much of a peer as is asked for to connect. */
export type Place = Pick<Peer, 'address' | 'port' | 'tls' | 'timeouts'>;

/**
 * A connected socket, without delay of small packets and with TCP keep-alive, or why there is none.
 * An aborted `signal` ends the attempt as any other obstacle does.
 */
export async function connectTo(peer: Place, signal?: AbortSignal): Promise<Socket | { readonly failure: Failure }> {
  const { connectSeconds } = peer.timeouts;
  const isStopped = () => signal?.aborted === true;
  const unreachable = (text: string) =>
    ({ failure: { reason: 'peer-unreachable', address: formatAddress(peer), text } }) as const;
  if (isStopped()) return unreachable('stopped');
  const client = peer.tls === undefined ? undefined : await readTlsClient(peer.tls, peer.address);
  if (client !== undefined && 'reason' in client) {
    const { text, remedy } = wordTlsFault(client);
    return { failure: { reason: 'tls-unusable', text: `${text}; ${remedy}` } };
  }

  const timeLimit = AbortSignal.timeout(connectSeconds * 1000);
  const within = signal === undefined ? timeLimit : AbortSignal.any([timeLimit, signal]);
  const socket = connect({
    host: peer.address,
    port: peer.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_AFTER_MILLISECONDS,
  });
  let isConnected = false;
  try {
    await once(socket, 'connect', { signal: within });
    isConnected = true;
    return client === undefined ? socket : await startTls(socket, client.options, within);
  } catch (error) {
    socket.destroy();
    if (isStopped()) return unreachable('stopped');
    const what = isConnected ? 'no end of the TLS handshake' : 'no connection';
    if (timeLimit.aborted) return unreachable(`${what} within ${connectSeconds} s`);
    const code = codeOf(error);
    if (code === undefined || !(error instanceof Error)) throw error;
    return isConnected ? { failure: tlsFailure(peer, error) } : unreachable(code);
  }
}

async function startTls(socket: Socket, options: TlsClientOptions, signal: AbortSignal): Promise<Socket> {
  const secured = connectTls({ ...options, socket });
  try {
    await once(secured, 'secureConnect', { signal });
    return secured;
  } catch (error) {
    secured.on('error', () => undefined); // what comes after the first
    secured.destroy();
    throw error;
  }
}

/** Of a handshake, or of an alert that came after our side of it was done, as TLS 1.3 has it. */
export function tlsFailure(peer: Place, error: Error): Failure {
  const text = wordTlsRefusal(error)
    ?? (codeOf(error) === 'ECONNRESET' ? 'closed the connection in the TLS handshake; it may not speak TLS there'
      : `cannot be talked to over TLS: ${cryptoText(error)}`);
  return { reason: 'tls-refused', address: formatAddress(peer), text };
}
