// Why what came of a job goes where it goes: each destination of its stream tried on each instance of its result, by the
// configuration of today, and what became of the deliveries that were made.

import { readHeader } from '../../dicom/header.ts';
import type { DeliveryState } from '../../job/delivery-state.ts';
import type { Result } from '../../job/job.ts';
import type { Match } from '../../job/match.ts';
import type { Consideration, RouteLine } from '../../job/route.ts';
import { findDelivery, findDeliveryState, type StoredDelivery } from '../../spool/delivery-store.ts';
import { findDeliveryIds, type StoredJob } from '../../spool/job-store.ts';
import { findJson } from '../../spool/read.ts';
import { reportDelivery } from '../delivery/report-delivery.ts';
import { matchInstances, type Matchable } from '../route/match-instances.ts';
import type { Station } from '../station.ts';
import { streamOf } from '../stream-of.ts';

/** A destination of a job's stream, or one that is of it no more and has a delivery. */
export interface ExplainedDestination {
  readonly destination: string;
  readonly optional?: true;
  /** Absent while there is no result, and of one that is not of the stream any more. */
  readonly matches?: readonly Match[];
  readonly delivery?: ExplainedDelivery;
}

export interface ExplainedDelivery {
  readonly DeliveryId: string;
  readonly state: DeliveryState;
  /** As it was matched when the delivery was made. */
  readonly matches: readonly Match[];
  readonly waits?: string;
  readonly considered: readonly Consideration[];
  readonly routes: readonly RouteLine[];
}

export async function explainDeliveries(station: Station, stored: StoredJob): Promise<ExplainedDestination[]> {
  const instances = await readResult(stored);
  const made = new Map<string, ExplainedDelivery>();
  for (const DeliveryId of await findDeliveryIds(stored.folder) ?? []) {
    const found = await findAnywhere(station, DeliveryId);
    if (found !== undefined) made.set(found.delivery.destination, await explainDelivery(station, found));
  }
  const explained: ExplainedDestination[] = [];
  for (const recipient of streamOf(station, stored.job)?.destinations ?? []) {
    const delivery = made.get(recipient.name);
    made.delete(recipient.name);
    explained.push({
      destination: recipient.name,
      ...(recipient.optional ? { optional: true } : {}),
      ...(instances === undefined ? {} : { matches: (await matchInstances(recipient, instances)).matches }),
      ...(delivery === undefined ? {} : { delivery }),
    });
  }
  return [...explained, ...[...made].map(([destination, delivery]) => ({ destination, delivery }))];
}

async function explainDelivery(station: Station, stored: StoredDelivery): Promise<ExplainedDelivery> {
  const { waits, considered, routes } = await reportDelivery(station, stored);
  const { delivery: { DeliveryId, matches = [] }, state } = stored;
  return { DeliveryId, state, matches, ...(waits === undefined ? {} : { waits: waits.text }), considered, routes };
}

async function findAnywhere({ layout }: Station, DeliveryId: string): Promise<StoredDelivery | undefined> {
  const state = await findDeliveryState(layout, DeliveryId);
  return state === undefined ? undefined : findDelivery(layout, state, DeliveryId);
}

/** What can be read of it; undefined where the job has none. */
async function readResult({ folder }: StoredJob): Promise<Matchable[] | undefined> {
  const result = await findJson<Result>(folder.resultList);
  if (result === undefined) return undefined;
  const read: Matchable[] = [];
  for (const { SOPInstanceUID } of result.instances) {
    const file = folder.resultInstance(SOPInstanceUID);
    const header = await readHeader(file);
    if (!('notDicom' in header)) read.push({ file, header });
  }
  return read;
}
