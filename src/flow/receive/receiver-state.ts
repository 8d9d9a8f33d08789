// Who receives: what a receiver writes down about itself while it runs, one file for the station's own receiver and one
// for that of each site.

import { lifeOf, type ProcessIdentity } from '../../host/process-identity.ts';
import type { Layout } from '../../spool/layout.ts';
import { findJson } from '../../spool/read.ts';

/** Which process listens where. It is there while a receiver runs, and after one was killed. */
export interface ReceiverState extends ProcessIdentity {
  readonly address: string;
  readonly port: number;
  /** Where it listens for TLS; absent where it does not. */
  readonly tlsPort?: number;
  readonly AETitle: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
}

/** @param site undefined for the station's own */
export function receiverStateFile(layout: Layout, site: string | undefined): string {
  return site === undefined ? layout.receiverState : layout.receiverStateOfSite(site);
}

export function findReceiverState(layout: Layout, site: string | undefined): Promise<ReceiverState | undefined> {
  return findJson<ReceiverState>(receiverStateFile(layout, site));
}

/** Whether its process is certainly alive, on this host. */
export function isRunning(state: ReceiverState): boolean {
  return lifeOf(state) === 'alive';
}

/** A receiver as messages call it. */
export function receiverName(site: string | undefined): string {
  return site === undefined ? 'receiver' : `receiver of site ${site}`;
}
