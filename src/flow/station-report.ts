// The state of the station in one look: what is alive, what waits, what needs a person.

import { DELIVERY_STATES, type DeliveryState } from '../job/delivery-state.ts';
import { JOB_STATES, type JobState } from '../job/job-state.ts';
import { failureText } from '../job/failure-text.ts';
import type { Clock } from '../job/job.ts';
import { eventText } from '../log/event-text.ts';
import { readEvents } from '../log/read-events.ts';
import { listClaims, listMarks } from '../spool/arrivals.ts';
import { listDeliveryIds } from '../spool/delivery-store.ts';
import { findClock, listJobIds } from '../spool/job-store.ts';
import { DeliveryFolder, JobFolder } from '../spool/layout.ts';
import { exists, listDirectory } from '../spool/read.ts';
import { isShort, neededBytes, readSpace } from '../spool/space.ts';
import { findReceiver, type ReceiverLife } from './find-receiver.ts';
import type { Station } from './station.ts';

/** How many of the last errors are told. */
const LAST_ERRORS = 5;

export interface StationReport {
  readonly receiver: ReceiverLife;
  readonly arrivals: { readonly arriving: number; readonly claimed: number; readonly setAside: number };
  readonly jobs: Readonly<Record<JobState, number>>;
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
  /** Jobs and deliveries that wait for another try, with the reason. */
  readonly retries: readonly { readonly id: string; readonly notBefore: string; readonly reason: string }[];
  readonly disk?: { readonly freeBytes: number; readonly totalBytes: number; readonly neededBytes: number; readonly short: boolean };
  readonly lastErrors: readonly { readonly time: string; readonly text: string }[];
  /** `retry`: something waits for another try; `person`: something needs a person. */
  readonly verdict: 'healthy' | 'retry' | 'person';
}

export async function reportStation(station: Station): Promise<StationReport> {
  const { layout, configuration } = station;
  const jobs = await countBy(JOB_STATES, (state) => listJobIds(layout, state));
  const deliveries = await countBy(DELIVERY_STATES, (state) => listDeliveryIds(layout, state));
  const { marks, strangers } = await listMarks(layout);
  const arrivals = {
    arriving: marks.filter(({ origin }) => origin.SeriesInstanceUID === undefined).length,
    claimed: (await listClaims(layout)).length,
    setAside: (await listDirectory(layout.rejected)).length + strangers.length,
  };
  const retries = await findRetries(station);
  const space = await exists(layout.datadir) ? await readSpace(layout.datadir) : undefined;
  const short = space !== undefined && isShort(space, configuration.limits);
  const receiver = await findReceiver(station);
  const person = jobs.failed + deliveries.failed + arrivals.setAside > 0 || short || receiver.life === 'dead';
  const verdict = person ? 'person' : retries.length > 0 ? 'retry' : 'healthy';
  return {
    receiver, arrivals, jobs, deliveries, retries,
    ...(space === undefined ? {} : { disk: { ...space, neededBytes: neededBytes(space, configuration.limits), short } }),
    lastErrors: await findLastErrors(station),
    verdict,
  };
}

async function countBy<State extends string>(
  states: readonly State[], list: (state: State) => Promise<string[]>,
): Promise<Record<State, number>> {
  const counts: Partial<Record<State, number>> = {};
  for (const state of states) counts[state] = (await list(state)).length;
  return counts as Record<State, number>;
}

async function findRetries({ layout }: Station): Promise<{ id: string; notBefore: string; reason: string }[]> {
  const retries: { id: string; notBefore: string; reason: string }[] = [];
  const note = (id: string, clock: Clock | undefined): void => {
    if (clock !== undefined) retries.push({ id, notBefore: clock.notBefore, reason: failureText(clock.last) });
  };
  for (const state of ['pending', 'staged', 'ran', 'validated'] as const) {
    for (const id of await listJobIds(layout, state)) note(id, await findClock(new JobFolder(layout.job(state, id))));
  }
  for (const id of await listDeliveryIds(layout, 'pending')) {
    note(id, await findClock(new DeliveryFolder(layout.delivery('pending', id))));
  }
  return retries;
}

async function findLastErrors({ layout, now }: Station): Promise<{ time: string; text: string }[]> {
  const sinceDay = new Date(now().getTime() - 86_400_000).toISOString().slice(0, 10);
  const errors: { time: string; text: string }[] = [];
  for await (const event of readEvents(layout, { sinceDay })) {
    if (event.level !== 'error') continue;
    errors.push({ time: event.time, text: eventText(event) });
    if (errors.length > LAST_ERRORS) errors.shift();
  }
  return errors;
}
