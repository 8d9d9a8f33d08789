// Everything that is known of a job, for `jobs show`: what it is for, where it stands, how it got there, what is next.

import { AttemptFiles } from '../core/attempt-files.ts';
import type { DeliveryState } from '../job/delivery-state.ts';
import type { Failure } from '../job/failure.ts';
import type { JobState } from '../job/job-state.ts';
import type { Attempt, Clock, Job, Result } from '../job/job.ts';
import { eventText } from '../log/event-text.ts';
import { readEvents } from '../log/read-events.ts';
import { findDeliveryState } from '../spool/delivery-store.ts';
import { findAttempt, findClock, findDeliveryIds, type StoredJob } from '../spool/job-store.ts';
import { exists, findJson } from '../spool/read.ts';
import type { Station } from './station.ts';

export interface JobReport {
  readonly job: Job;
  readonly state: JobState;
  /** Its directory. */
  readonly path: string;
  readonly attempt?: Attempt;
  readonly clock?: Clock;
  readonly failures: readonly Failure[];
  readonly result?: Result;
  readonly deliveries: readonly { readonly DeliveryId: string; readonly state: DeliveryState | 'gone' }[];
  /** What the core said, where it ran. */
  readonly logs: readonly string[];
  readonly timeline: readonly { readonly time: string; readonly text: string }[];
}

export async function reportJob(station: Station, { job, state, folder }: StoredJob): Promise<JobReport> {
  const attempt = await findAttempt(folder);
  const clock = await findClock(folder);
  const result = await findJson<Result>(folder.resultList);
  const logs: string[] = [];
  const files = attempt === undefined ? undefined : new AttemptFiles(folder.attemptFolder(attempt.attempt));
  for (const path of files === undefined ? [] : [files.stdout, files.stderr]) {
    if (await exists(path)) logs.push(path);
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
    ...(clock === undefined ? {} : { clock }),
    failures: await findJson<Failure[]>(folder.failures) ?? [],
    ...(result === undefined ? {} : { result }),
    deliveries: await Promise.all((await findDeliveryIds(folder) ?? []).map(async (DeliveryId) => {
      return { DeliveryId, state: await findDeliveryState(station.layout, DeliveryId) ?? 'gone' };
    })),
    logs,
    timeline,
  };
}
