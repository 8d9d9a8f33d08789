// Opens an association: the connection, then what is proposed on it.

import type { Failure } from '../job/failure.ts';
import type { ProposedContext } from './association-plan.ts';
import { AssociationScu } from './association-scu.ts';
import { connectTo } from './connect.ts';
import type { Peer } from './peer.ts';
import type { TakeReport } from './peer-requests.ts';

/**
 * Connects, proposes the contexts and waits for the answer. An aborted `signal` aborts the association at any time.
 * @param takeReport answers the peer, where it may report to us on this association
 */
export async function openAssociation(
  peer: Peer,
  proposed: readonly ProposedContext[],
  signal?: AbortSignal,
  takeReport?: TakeReport,
): Promise<AssociationScu | { readonly failure: Failure }> {
  const socket = await connectTo(peer, signal);
  if ('failure' in socket) return socket;
  const association = new AssociationScu(socket, peer, proposed, takeReport);
  const stop = () => association.abort({ reason: 'peer-aborted', text: 'stopped by this side' });
  signal?.addEventListener('abort', stop);
  socket.once('close', () => signal?.removeEventListener('abort', stop));
  if (signal?.aborted === true) stop();
  const failed = await association.associate();
  return failed ?? association;
}
