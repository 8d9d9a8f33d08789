// Attempts that a silent host has lost: others have gone on without it. Before it does anything else, a host that comes
// back ends what still runs of them.
//
// Each is a file, jobs/.lost/<host>/<JobId>.<attempt>.json, made before anybody goes on, removed when nothing of it
// runs.

import { hostname } from 'node:os';
import type { CoreSpecification } from '../../config/core-specification.ts';
import type { CoreRun } from '../../core/executor.ts';
import { executorOf } from '../../core/find-executor.ts';
import type { Attempt } from '../../job/job.ts';
import { makeDirectoryDurable, removeFileDurable, writeJsonDurable } from '../../spool/durable.ts';
import { findAttempt, findJob, findJobState } from '../../spool/job-store.ts';
import { findJson, listDirectory } from '../../spool/read.ts';
import { faultOf } from '../fault.ts';
import { runOfCore } from './run-of-core.ts';
import type { Station } from '../station.ts';
import { isFirstTold } from '../told.ts';

interface LostAttempt {
  readonly JobId: string;
  readonly attempt: Attempt;
  readonly core: CoreSpecification;
}

/** Leaves word for a host that an attempt of its is over. */
export async function loseAttempt(
  { layout }: Station, { run, attempt, core }: Pick<LostAttempt, 'attempt' | 'core'> & { readonly run: CoreRun },
  host: string,
): Promise<void> {
  await makeDirectoryDurable(layout.lostAttempts(host));
  const lost: LostAttempt = { JobId: run.JobId, attempt, core };
  await writeJsonDurable(layout.lostAttempt(host, run.JobId, attempt.attempt), lost);
}

/** Ends what still runs here of attempts that this host has lost. What cannot be ended now is tried again next time. */
export async function endLostAttempts(station: Station): Promise<void> {
  const { layout } = station;
  for (const name of await listDirectory(layout.lostAttempts(hostname()))) {
    const JobId = name.slice(0, name.indexOf('.'));
    const attempt = Number(name.slice(JobId.length + 1, -'.json'.length));
    const file = layout.lostAttempt(hostname(), JobId, attempt);
    try {
      const lost = await findJson<LostAttempt>(file);
      if (lost !== undefined) await endLostAttempt(station, lost);
      await removeFileDurable(file);
    } catch (thrown) {
      const failure = faultOf(thrown, file);
      if (isFirstTold(`${name}: ${failure.reason}`)) station.events.write({ event: 'job-stuck', JobId, failure });
    }
  }
}

/** Its job may be anywhere by now, also on its way to run here once more: that attempt is another. */
async function endLostAttempt(station: Station, { JobId, attempt, core }: LostAttempt): Promise<void> {
  const state = await findJobState(station.layout, JobId);
  const stored = state === undefined ? undefined : await findJob(station.layout, state, JobId);
  if (stored === undefined) return;
  const present = await findAttempt(stored.folder);
  const isAnother = present?.attempt === attempt.attempt && present.decidedAt !== attempt.decidedAt;
  if (!isAnother) await executorOf(core).cancel(runOfCore(stored, core, attempt.core, attempt.attempt, attempt.gpus));
}
