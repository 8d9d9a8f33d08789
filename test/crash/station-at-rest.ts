// What a station holds when nobody works on it: arrivals, jobs and deliveries, read from disk as a person would.

import { readFile } from 'node:fs/promises';
import type { FinishedArrival } from '../../src/flow/arrival/finish-arrival.ts';
import type { Answer, Delivery } from '../../src/job/delivery.ts';
import { DELIVERY_STATES } from '../../src/job/delivery-state.ts';
import type { Job, Result } from '../../src/job/job.ts';
import { JOB_STATES } from '../../src/job/job-state.ts';
import { DeliveryFolder, JobFolder, type Layout } from '../../src/spool/layout.ts';
import { findJson, findJsonLines, listDirectory } from '../../src/spool/read.ts';

export interface FoundJob {
  readonly state: string;
  readonly job: Job;
  /** In order of UID. */
  readonly resultUIDs: readonly string[];
}

export interface FoundDelivery {
  readonly state: string;
  readonly delivery: Delivery;
  /** Of each answer that stands, in order of UID. */
  readonly answeredUIDs: readonly string[];
}

export interface StationAtRest {
  readonly arrivals: readonly FinishedArrival[];
  readonly jobs: readonly FoundJob[];
  readonly deliveries: readonly FoundDelivery[];
}

export async function readStationAtRest(layout: Layout): Promise<StationAtRest> {
  return {
    arrivals: await readArrivals(layout),
    jobs: await readJobs(layout),
    deliveries: await readDeliveries(layout),
  };
}

async function readArrivals(layout: Layout): Promise<FinishedArrival[]> {
  const lines: FinishedArrival[] = [];
  for (const study of await listDirectory(layout.raw)) {
    lines.push(...await findJsonLines<FinishedArrival>(layout.arrivalsOfStudy(study)));
  }
  return [...new Map(lines.map((line) => [line.arrival, line])).values()]; // the same one may stand twice after a crash
}

async function readJobs(layout: Layout): Promise<FoundJob[]> {
  const jobs: FoundJob[] = [];
  for (const state of JOB_STATES) {
    for (const JobId of await listDirectory(layout.jobsIn(state))) {
      const folder = new JobFolder(layout.job(state, JobId));
      const job = JSON.parse(await readFile(folder.job, 'utf8')) as Job;
      const { instances = [] } = await findJson<Partial<Result>>(folder.resultList) ?? {};
      jobs.push({ state, job, resultUIDs: instances.map(({ SOPInstanceUID }) => SOPInstanceUID).sort() });
    }
  }
  return jobs;
}

async function readDeliveries(layout: Layout): Promise<FoundDelivery[]> {
  const deliveries: FoundDelivery[] = [];
  for (const state of DELIVERY_STATES) {
    for (const DeliveryId of await listDirectory(layout.deliveriesIn(state))) {
      const folder = new DeliveryFolder(layout.delivery(state, DeliveryId));
      const delivery = JSON.parse(await readFile(folder.delivery, 'utf8')) as Delivery;
      const answers = await findJsonLines<Answer>(folder.answers);
      const answeredUIDs = answers.filter(isStanding).map(({ SOPInstanceUID }) => SOPInstanceUID).sort();
      deliveries.push({ state, delivery, answeredUIDs });
    }
  }
  return deliveries;
}

/** Not what was stored, was not committed then, and was sent again for that. */
function isStanding({ SOPInstanceUID }: Answer, place: number, answers: readonly Answer[]): boolean {
  return answers.slice(place).every((later) => {
    return later.SOPInstanceUID !== SOPInstanceUID || !('failure' in later) || later.failure.reason !== 'instance-not-committed';
  });
}
