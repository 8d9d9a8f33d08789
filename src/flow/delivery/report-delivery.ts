// Gathers all that is known of a delivery, for people.

import type { DeliveryCommitment } from '../../job/commitment.ts';
import type { Answer, Delivery, DeliveryHeld } from '../../job/delivery.ts';
import type { DeliveryState } from '../../job/delivery-state.ts';
import type { Failure } from '../../job/failure.ts';
import type { Clock } from '../../job/job.ts';
import type { Consideration, RouteLine } from '../../job/route.ts';
import { findAnswers, type StoredDelivery } from '../../spool/delivery-store.ts';
import { findClock } from '../../spool/job-store.ts';
import { findJson } from '../../spool/read.ts';
import { readPrepared, type PreparedSummary } from '../prepare/read-prepared.ts';
import { findRoutes } from '../route/note-route.ts';
import { routeDelivery } from '../route/route-delivery.ts';
import type { Station } from '../station.ts';
import { whyDeliveryWaits, type DeliveryWait } from './why-delivery-waits.ts';

export interface DeliveryReport {
  readonly state: DeliveryState;
  readonly delivery: Delivery;
  readonly path: string;
  /** Of one that is pending, confirming or held. Absent where the next `dts forward` takes it. */
  readonly waits?: DeliveryWait;
  readonly answers: readonly Answer[];
  readonly clock?: Clock;
  /** Of one that is pending: how the destinations are now that it may go to. */
  readonly considered: readonly Consideration[];
  /** Where there is a choice: where it went, and what was considered then. */
  readonly routes: readonly RouteLine[];
  /** Why it is or was held. */
  readonly held?: DeliveryHeld;
  readonly failures: readonly Failure[];
  /** What a peer was asked to commit, and has. */
  readonly commitment?: DeliveryCommitment;
  /** What was changed in what leaves, and for whom; empty where it leaves as it lies. */
  readonly prepared: readonly PreparedSummary[];
}

export async function reportDelivery(station: Station, stored: StoredDelivery): Promise<DeliveryReport> {
  const { state, delivery, folder } = stored;
  const waits = await whyDeliveryWaits(station, stored);
  const routed = state === 'pending' ? await routeDelivery(station, stored) : undefined;
  const clock = await findClock(folder);
  const held = await findJson<DeliveryHeld>(folder.held);
  const commitment = await findJson<DeliveryCommitment>(folder.transaction);
  return {
    state, delivery, path: folder.path,
    ...(waits === undefined ? {} : { waits }),
    considered: routed === undefined || 'failures' in routed ? [] : routed.considered,
    routes: await findRoutes(folder),
    answers: await findAnswers(folder),
    ...(clock === undefined ? {} : { clock }),
    ...(held === undefined ? {} : { held }),
    failures: await findJson<Failure[]>(folder.failures) ?? [],
    ...(commitment === undefined ? {} : { commitment }),
    prepared: await readPrepared(folder),
  };
}
