// The receiver's network side: listens, and turns each connection into an association (Storage and Verification SCP,
// PS3.4 annex B and A). What becomes of the instances is for the hooks; nothing here touches the disk.

import type { AddressInfo, Socket } from 'node:net';
import { codeOf, hasCode } from '../spool/error-code.ts';
import { AssociationAcceptor } from './association-acceptor.ts';
import { Server } from './dimse-library.ts';
import { StoreAssociation, type StoreAssociationOptions } from './store-association.ts';
import type { StoreScpHooks } from './store-hooks.ts';

export interface StoreScpOptions {
  readonly address: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly limits: Omit<StoreAssociationOptions, 'isFull'> & { readonly associations: number };
}

/** Why nothing can listen there. */
export interface ListenFailure {
  readonly reason: 'address-in-use' | 'port-not-permitted' | 'address-not-ours';
  readonly address: string;
  readonly port: number;
}

/** A receiver that listens. */
export interface StoreScp {
  readonly port: number;
  /**
   * Stops listening and ends all associations: those within a message get `graceSeconds` to finish it. Settles when
   * nothing is left of them.
   */
  stop(graceSeconds: number): Promise<void>;
}

/** Connections beyond the limit of associations that may be open, so that they can be told why they are refused. */
const SPARE_CONNECTIONS = 64;
/** After the grace, for a peer to take the A-ABORT. */
const LEAVE_MILLISECONDS = 500;

/** Rejects with the system's error where it is not one of ListenFailure. */
export async function startStoreScp(options: StoreScpOptions, hooks: StoreScpHooks): Promise<StoreScp | ListenFailure> {
  const { address, port, limits } = options;
  const associations = new Set<StoreAssociation>();
  // An association counts itself when it asks: it is open then.
  const isFull = () => [...associations].filter(({ isOpen }) => isOpen).length > limits.associations;

  class Connection extends AssociationAcceptor {
    constructor(socket: Socket, libraryOptions?: object) {
      super(socket, libraryOptions);
      const association = new StoreAssociation(this, { ...limits, isFull }, hooks);
      associations.add(association);
      void association.closed.finally(() => associations.delete(association));
    }
  }

  const server = new Server(Connection);
  const failure = await listen(server, address, port);
  if (failure !== undefined) return failure;
  server.server.maxConnections = limits.associations + SPARE_CONNECTIONS;
  server.on('networkError', (error) => {
    hooks.associationRejected({ callingAETitle: '', calledAETitle: '', address: 'unknown' },
      `a connection was not taken: ${codeOf(error) ?? error.message}`);
  });

  return {
    port: (server.server.address() as AddressInfo).port,
    async stop(graceSeconds) {
      server.server.close();
      const ending = [...associations];
      for (const association of ending) association.finish();
      const closed = Promise.all(ending.map((association) => association.closed));
      const grace = setTimeout(() => ending.forEach((association) => association.abort()), graceSeconds * 1000);
      const end = setTimeout(() => ending.forEach((association) => association.destroy()),
        graceSeconds * 1000 + LEAVE_MILLISECONDS);
      await closed;
      clearTimeout(grace);
      clearTimeout(end);
    },
  };
}

function listen(server: InstanceType<typeof Server>, host: string, port: number): Promise<ListenFailure | undefined> {
  return new Promise((resolve, reject) => {
    server.on('listening', () => resolve(undefined));
    server.on('networkError', (error) => {
      const reason = listenFailureReason(error);
      if (reason === undefined) reject(error);
      else resolve({ reason, address: host, port });
    });
    server.listen({ host, port });
  });
}

function listenFailureReason(error: unknown): ListenFailure['reason'] | undefined {
  if (hasCode(error, 'EADDRINUSE')) return 'address-in-use';
  if (hasCode(error, 'EACCES')) return 'port-not-permitted';
  return hasCode(error, 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN') ? 'address-not-ours' : undefined;
}
