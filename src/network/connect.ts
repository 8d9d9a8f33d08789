// Opens the TCP connection to a peer.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { codeOf } from '../spool/error-code.ts';
import type { Failure } from '../job/failure.ts';
import { formatAddress, type Peer } from './peer.ts';

const KEEP_ALIVE_AFTER_MILLISECONDS = 30_000;

/**
 * A connected socket, without delay of small packets and with TCP keep-alive, or why there is none.
 * An aborted `signal` ends the attempt as any other obstacle does.
 */
export async function connectTo(peer: Peer, signal?: AbortSignal): Promise<Socket | { readonly failure: Failure }> {
  const { connectSeconds } = peer.timeouts;
  const isStopped = () => signal?.aborted === true;
  const unreachable = (text: string) =>
    ({ failure: { reason: 'peer-unreachable', address: formatAddress(peer), text } }) as const;
  if (isStopped()) return unreachable('stopped');

  const socket = connect({
    host: peer.address,
    port: peer.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_AFTER_MILLISECONDS,
  });
  const timeLimit = AbortSignal.timeout(connectSeconds * 1000);
  try {
    await once(socket, 'connect', { signal: signal === undefined ? timeLimit : AbortSignal.any([timeLimit, signal]) });
    return socket;
  } catch (error) {
    socket.destroy();
    if (isStopped()) return unreachable('stopped');
    if (timeLimit.aborted) return unreachable(`no connection within ${connectSeconds} s`);
    const code = codeOf(error);
    if (code === undefined) throw error;
    return unreachable(code);
  }
}
