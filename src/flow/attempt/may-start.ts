// Whether the core of a staged job may start now: its stream's times of the week, what is free for it, and whose turn
// it is.
//
// A job that fits may pass an older one that does not. But once the older has waited for PATIENCE_SECONDS, nobody who
// comes after it takes any more of what it waits for, so that it gets it as soon as enough cores have ended.

import { stat } from 'node:fs/promises';
import type { CoreSpecification } from '../../config/core-specification.ts';
import { usesHost } from '../../config/uses-host.ts';
import {
  amountText, findExcesses, findShortages, freeGpus, usesResource, type Resource, type Shortage,
} from '../../job/core-budget.ts';
import type { Failure } from '../../job/failure.ts';
import type { Job } from '../../job/job.ts';
import { isDue } from '../../job/retry-clock.ts';
import { DamagedFile } from '../../spool/damaged-file.ts';
import { hasCode } from '../../spool/error-code.ts';
import { findAttempt, findClock, findJob, listJobIds, type StoredJob } from '../../spool/job-store.ts';
import type { JobFolder } from '../../spool/layout.ts';
import { budgetFor, needOf, useBeside } from './core-budget-of.ts';
import { layoutsOf } from './core-slots.ts';
import { listRunningCores, type RunningCore } from './running-cores.ts';
import { findCoreInTurn } from './staged-cores.ts';
import type { Station } from '../station.ts';
import { rankOf, streamOf, waitForWindow } from '../stream-of.ts';
import { waitForSlurm } from './wait-for-slurm.ts';

/** For so long a job lets others pass that need less. */
export const PATIENCE_SECONDS = 600;

export type MayStart =
  /** It may, with these GPUs of the host, by their indexes. */
  | { readonly gpus: readonly number[] }
  | { readonly wait: string }
  | { readonly failures: readonly Failure[] };

/** To be believed only while the slots are held, see core-slots.ts. */
export async function mayStart(station: Station, job: Job, core: CoreSpecification): Promise<MayStart> {
  const forWindow = waitForWindow(station, streamOf(station, job));
  if (forWindow !== undefined) return { wait: forWindow };
  const need = needOf(core);
  const budget = await budgetFor(core, station.configuration.limits);
  const excesses = findExcesses(need, budget);
  if (excesses.length > 0) return { failures: excesses.map(tooLarge) };
  const running = await listRunningCores(station);
  const forSlurm = waitForSlurm(job, core, running);
  if (forSlurm !== undefined) return { wait: forSlurm };
  const use = useBeside(core, running);
  const [shortage] = findShortages(need, budget, use);
  if (shortage !== undefined) return { wait: waitText(core, shortage) };
  const elder = await findElder(station, job, core, running);
  if (elder !== undefined) return { wait: `behind ${elder.JobId}, which has waited longer for ${elder.resource}` };
  return { gpus: freeGpus(need.gpus, use) };
}

function tooLarge({ resource, wanted, limit }: Shortage): Failure {
  const amounts = { wanted: amountText(resource, wanted), limit: amountText(resource, limit) };
  return { reason: 'core-too-large', resource, ...amounts };
}

function waitText(core: CoreSpecification, { resource, wanted, used, limit }: Shortage): string {
  if (resource === 'slots') {
    return `for a free slot: ${used} of limits.${usesHost(core) ? 'jobs' : 'remoteJobs'} (${limit}) run`;
  }
  const [needed, taken, all] = [wanted, used, limit].map((amount) => amountText(resource, amount));
  return `for ${resource}: it needs ${needed}, and ${taken} of limits.${resource} (${all}) are used`;
}

/** A job that comes before another and has waited too long for something that the other would take. */
async function findElder(
  station: Station, younger: Job, taker: CoreSpecification, running: readonly RunningCore[],
): Promise<{ JobId: string; resource: Resource } | undefined> {
  for (const layout of await layoutsOf(station)) {
    for (const JobId of await listJobIds(layout, 'staged')) {
      try {
        const elder = await findJob(layout, 'staged', JobId);
        if (elder === undefined || !comesBefore(station, elder.job, younger)) continue;
        const resource = await whatItLacks(station, elder, taker, running);
        if (resource !== undefined) return { JobId, resource };
      } catch (error) {
        // It fails, or has left, by itself.
        if (!(error instanceof DamagedFile) && !hasCode(error, 'ENOENT')) throw error;
      }
    }
  }
  return undefined;
}

/** In the order in which jobs are chosen. */
function comesBefore(station: Station, one: Job, other: Job): boolean {
  const ranks = [one, other].map((job) => rankOf(streamOf(station, job)));
  const [rank = 0, otherRank = 0] = ranks;
  return rank === otherRank ? one.JobId < other.JobId : rank < otherRank;
}

/** What a patient job lacks of what a core would take; undefined where it does not wait for that, or not for long. */
async function whatItLacks(
  station: Station, { job, folder }: StoredJob, taker: CoreSpecification, running: readonly RunningCore[],
): Promise<Resource | undefined> {
  const core = await findCoreInTurn(folder);
  if (core === undefined || usesHost(core) !== usesHost(taker)) return undefined;
  if (!isDue(await findClock(folder), station.now())) return undefined;
  if (waitForWindow(station, streamOf(station, job)) !== undefined) return undefined;
  if (station.now().getTime() - await waitingSince(folder) < PATIENCE_SECONDS * 1000) return undefined;
  const need = needOf(core);
  const budget = await budgetFor(core, station.configuration.limits);
  if (findExcesses(need, budget).length > 0) return undefined;
  const shortages = findShortages(need, budget, useBeside(core, running));
  return shortages.find(({ resource }) => usesResource(needOf(taker), resource))?.resource;
}

/** Since it was staged, its clock let it, or the core before it in the chain had ended. */
async function waitingSince(folder: JobFolder): Promise<number> {
  const { mtimeMs } = await stat(folder.cores);
  const due = Date.parse((await findClock(folder))?.notBefore ?? '') || 0;
  const ended = Date.parse((await findAttempt(folder))?.endedAt ?? '') || 0;
  return Math.max(mtimeMs, due, ended);
}
