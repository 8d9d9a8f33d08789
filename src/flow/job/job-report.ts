// Everything that is known of a job, for `jobs show`: what it is for, where it stands, how it got there, what is next.

import { join } from 'node:path';
import { AttemptFiles } from '../../core/attempt-files.ts';
import type { DeliveryState } from '../../job/delivery-state.ts';
import type { Failure } from '../../job/failure.ts';
import type { JobState } from '../../job/job-state.ts';
import type { Attempt, Clock, Held, Job, Result } from '../../job/job.ts';
import { eventText } from '../../log/event-text.ts';
import { readEvents } from '../../log/read-events.ts';
import { findDeliveryState } from '../../spool/delivery-store.ts';
import { findAttempt, findClock, findDeliveriesOf, type StoredJob } from '../../spool/job-store.ts';
import type { JobFolder } from '../../spool/layout.ts';
import { exists, findJson, listDirectory } from '../../spool/read.ts';
import { lastLines } from '../attempt/last-lines.ts';
import { findStagedCores } from '../attempt/staged-cores.ts';
import type { Station } from '../station.ts';
import { whyJobWaits } from './why-job-waits.ts';

export interface JobReport {
  readonly job: Job;
  readonly state: JobState;
  /** Its directory. */
  readonly path: string;
  /** The latest. Of a later core of a chain it holds those by which the cores before it were done. */
  readonly attempt?: Attempt;
  /** How many cores it runs; 0 where it is not staged, or relays. */
  readonly cores: number;
  readonly clock?: Clock;
  /** What it waits for: its clock, its window, a slot, memory, its deliveries; absent where it can go on. */
  readonly waits?: string;
  /** Where somebody holds it. */
  readonly held?: Held;
  readonly failures: readonly Failure[];
  /** What the core of a failed job said last, where the failures do not tell it themselves. */
  readonly lastLines: readonly string[];
  readonly result?: Result;
  readonly deliveries: readonly DeliveryOfJob[];
  /** What the cores said in these attempts. */
  readonly logs: readonly string[];
  readonly timeline: readonly { readonly time: string; readonly text: string }[];
}

interface DeliveryOfJob {
  readonly DeliveryId: string;
  readonly state: DeliveryState | 'gone';
  /** Set of a second copy: the job does not wait for it. */
  readonly optional?: true;
}

export async function reportJob(station: Station, { job, state, folder }: StoredJob): Promise<JobReport> {
  const attempt = await findAttempt(folder);
  const clock = await findClock(folder);
  const waits = await whyJobWaits(station, state, job.JobId);
  const held = state === 'held' ? await findJson<Held>(folder.heldFrom) : undefined;
  const failures = await findJson<Failure[]>(folder.failures) ?? [];
  const result = await findJson<Result>(folder.resultList);
  const { deliveries, optional = [] } = await findDeliveriesOf(folder) ?? { deliveries: [] };
  const logs: string[] = [];
  const files = attemptsOf(attempt).map(({ attempt: number }) => new AttemptFiles(folder.attemptFolder(number)));
  for (const { stdout, stderr, returned } of files) {
    for (const path of [stdout, stderr]) if (await exists(path)) logs.push(path);
    const came = (await listDirectory(returned)).filter((name) => name.endsWith('.log'));
    logs.push(...came.map((name) => join(returned, name)));
  }
  const timeline: { time: string; text: string }[] = [];
  for await (const event of readEvents(station.layout, { sinceDay: job.arrival.arrivedAt.slice(0, 10) })) {
    if (!('JobId' in event) || event.JobId !== job.JobId) continue;
    if (event.event === 'prediction') continue; // values stand in the result, not among what happened
    timeline.push({ time: event.time, text: eventText(event) });
  }
  return {
    job, state, path: folder.path,
    ...(attempt === undefined ? {} : { attempt }),
    cores: (await findStagedCores(folder))?.length ?? 0,
    ...(clock === undefined ? {} : { clock }),
    ...(waits === undefined ? {} : { waits }),
    ...(held === undefined ? {} : { held }),
    failures,
    lastLines: await lastLinesOf(folder, attempt, failures),
    ...(result === undefined ? {} : { result }),
    deliveries: await Promise.all(deliveries.map(async (DeliveryId): Promise<DeliveryOfJob> => {
      const at = await findDeliveryState(station.layout, DeliveryId) ?? 'gone';
      return { DeliveryId, state: at, ...(optional.includes(DeliveryId) ? { optional: true } : {}) };
    })),
    logs,
    timeline,
  };
}

async function lastLinesOf(
  folder: JobFolder, attempt: Attempt | undefined, failures: readonly Failure[],
): Promise<readonly string[]> {
  if (attempt === undefined || failures.length === 0 || failures.some((failure) => 'lastLines' in failure)) return [];
  return lastLines({ attemptFolder: folder.attemptFolder(attempt.attempt) });
}

/** Of each core that has begun the one that counts, in their order. */
export function attemptsOf(latest: Attempt | undefined): readonly Attempt[] {
  return latest === undefined ? [] : [...latest.earlier ?? [], latest];
}
