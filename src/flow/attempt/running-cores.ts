// The cores that run, in every data directory that shares a host with the station's, and what they use of it.
//
// A core that was started on another host uses nothing of this one. A job in `running` counts from the moment on that
// it is there, whether its core has been started or not.

import { hostname } from 'node:os';
import type { CoreSpecification } from '../../config/core-specification.ts';
import { usesHost } from '../../config/uses-host.ts';
import type { CoreUse } from '../../job/core-budget.ts';
import type { Attempt } from '../../job/job.ts';
import { DamagedFile } from '../../spool/damaged-file.ts';
import { findAttempt, listJobIds } from '../../spool/job-store.ts';
import type { Layout } from '../../spool/layout.ts';
import { layoutsOf } from './core-slots.ts';
import { findStagedCores } from './staged-cores.ts';
import type { Station } from '../station.ts';

/** A job in `running`. */
export interface RunningCore {
  readonly JobId: string;
  /** Both absent where the job is damaged, or just leaving. It counts as one slot of this host. */
  readonly core?: CoreSpecification;
  readonly attempt?: Attempt;
}

export async function listRunningCores(station: Station): Promise<RunningCore[]> {
  const running: RunningCore[] = [];
  for (const layout of await layoutsOf(station)) {
    for (const JobId of await listJobIds(layout, 'running')) running.push(await readRunningCore(layout, JobId));
  }
  return running;
}

async function readRunningCore(layout: Layout, JobId: string): Promise<RunningCore> {
  const folder = layout.jobFolder('running', JobId);
  try {
    const attempt = await findAttempt(folder);
    const core = attempt === undefined ? undefined : (await findStagedCores(folder))?.[attempt.core - 1];
    return attempt === undefined || core === undefined ? { JobId } : { JobId, attempt, core };
  } catch (error) {
    if (error instanceof DamagedFile) return { JobId };
    throw error;
  }
}

/** What runs on this host uses. */
export function useOfHost(running: readonly RunningCore[]): CoreUse {
  const here = running.filter(({ core, attempt }) => {
    return core === undefined || (usesHost(core) && (attempt?.host ?? hostname()) === hostname());
  });
  return {
    slots: here.length,
    memoryBytes: here.reduce((sum, { core }) => sum + (core?.memoryBytes ?? 0), 0),
    cpus: here.reduce((sum, { core }) => sum + (core?.cpus ?? 0), 0),
    gpus: here.flatMap(({ attempt }) => attempt?.gpus ?? []),
  };
}

/** What runs elsewhere uses: slots, and nothing else. Whoever started it, all hosts of the station share them. */
export function useOfRemote(running: readonly RunningCore[]): CoreUse {
  const remote = running.filter(({ core }) => core !== undefined && !usesHost(core));
  return { slots: remote.length, memoryBytes: 0, cpus: 0, gpus: [] };
}
