// The receiver's network side: listens, and turns each connection into an association (Storage and Verification SCP,
// PS3.4 annex B and A). What becomes of the instances is for the hooks; nothing here touches the disk.

import type { AddressInfo, Socket } from 'node:net';
import { codeOf } from '../spool/error-code.ts';
import { AssociationAcceptor } from './association-acceptor.ts';
import { Server } from './dimse-library.ts';
import { type ListenFailure, listenFailureOf } from './listen-failure.ts';
import { wordTooMany } from './rejection.ts';
import { StoreAssociation, type StoreAssociationOptions } from './store-association.ts';
import type { StoreScpHooks } from './store-hooks.ts';
import { startTlsListener, type TlsPort } from './tls-listener.ts';
import { unmapAddress } from './unmap-address.ts';

export interface StoreScpOptions {
  readonly address: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** A second port, for the same associations over TLS. */
  readonly tls?: TlsPort;
  readonly limits: Omit<StoreAssociationOptions, 'isFull'> & { readonly associations: number };
}

/** A receiver that listens. */
export interface StoreScp {
  readonly port: number;
  /** Absent where it does not listen for TLS. */
  readonly tlsPort?: number;
  /** How many associations are open at this moment. */
  openAssociations(): number;
  /**
   * Stops listening and ends all associations: those within a message get `graceSeconds` to finish it. Settles when
   * nothing is left of them.
   */
  stop(graceSeconds: number): Promise<void>;
}

/** Connections of a port that may be open beyond the limit of associations, to be told why they are refused. */
const SPARE_CONNECTIONS = 64;
/** After the grace, for a peer to take the A-ABORT. */
const LEAVE_MILLISECONDS = 500;

/** Rejects with the system's error where it is not one of ListenFailure. */
export async function startStoreScp(options: StoreScpOptions, hooks: StoreScpHooks): Promise<StoreScp | ListenFailure> {
  const { address, port, limits } = options;
  const associations = new Set<StoreAssociation>();
  const connections = limits.associations + SPARE_CONNECTIONS;
  // An association counts itself when it asks: it is open then.
  const openAssociations = () => [...associations].filter(({ isOpen }) => isOpen).length;
  const isFull = () => openAssociations() > limits.associations;

  class Connection extends AssociationAcceptor {
    constructor(socket: Socket, libraryOptions?: object) {
      super(socket, libraryOptions);
      const association = new StoreAssociation(this, { ...limits, isFull }, hooks);
      associations.add(association);
      if (associations.size > connections) endOldestThatAsksNothing(associations);
      void association.closed.finally(() => associations.delete(association));
    }
  }

  const server = new Server(Connection);
  const failure = await listen(server, address, port);
  if (failure !== undefined) return failure;
  server.server.maxConnections = 2 * connections; // those that were ended are there a moment longer
  const refused = (peerAddress: string, text: string) => {
    hooks.associationRejected({ callingAETitle: '', calledAETitle: '', address: unmapAddress(peerAddress) }, text);
  };
  server.server.on('drop', (dropped) => refused(dropped?.remoteAddress ?? 'unknown', wordTooMany(2 * connections)));
  server.on('networkError', (error) => {
    refused('unknown', `a connection was not taken: ${codeOf(error) ?? error.message}`);
  });
  const tls = options.tls === undefined ? undefined : await startTlsListener(
    { ...options.tls, address, connections, handshakeSeconds: limits.artimSeconds },
    { connected: (socket) => void new Connection(socket), refused },
  );
  const stop = async (graceSeconds: number): Promise<void> => {
    server.server.close();
    if (tls !== undefined && 'stop' in tls) tls.stop();
    const ending = [...associations];
    for (const association of ending) association.finish();
    const closed = Promise.all(ending.map((association) => association.closed));
    const grace = setTimeout(() => ending.forEach((association) => association.abort()), graceSeconds * 1000);
    const end = setTimeout(() => ending.forEach((association) => association.destroy()),
      graceSeconds * 1000 + LEAVE_MILLISECONDS);
    await closed;
    clearTimeout(grace);
    clearTimeout(end);
  };
  if (tls !== undefined && 'reason' in tls) {
    await stop(0); // somebody may have called already
    return tls;
  }
  const plainPort = (server.server.address() as AddressInfo).port;
  return { port: plainPort, ...(tls === undefined ? {} : { tlsPort: tls.port }), openAssociations, stop };
}

/** Connections that are opened and left, or not closed when told to, would keep everybody else out. */
function endOldestThatAsksNothing(associations: ReadonlySet<StoreAssociation>): void {
  const oldest = [...associations].find(({ isOpen }) => !isOpen);
  oldest?.giveWay();
}

function listen(server: InstanceType<typeof Server>, host: string, port: number): Promise<ListenFailure | undefined> {
  return new Promise((resolve, reject) => {
    server.on('listening', () => resolve(undefined));
    server.on('networkError', (error) => {
      const failure = listenFailureOf(error, host, port);
      if (failure === undefined) reject(error);
      else resolve(failure);
    });
    server.listen({ host, port });
  });
}
