// Has those who ran a job's cores elsewhere forget them: the output is checked and copied, or nobody wants it any more.
//
// Repeatable, and never in the way of the job: what cannot be released now is told, and tried once more when the job
// ends.

import { executorOf } from '../../core/find-executor.ts';
import type { StoredJob } from '../../spool/job-store.ts';
import { listDirectory } from '../../spool/read.ts';
import { aboutJob } from '../about.ts';
import { runOfCore } from './run-of-core.ts';
import { findStagedCores } from './staged-cores.ts';
import type { Station } from '../station.ts';

/** Of every attempt there was. */
export async function releaseAttempts(station: Station, stored: Pick<StoredJob, 'folder' | 'job'>): Promise<void> {
  const { folder, job } = stored;
  for (const [index, core] of (await findStagedCores(folder) ?? []).entries()) {
    const { release } = executorOf(core);
    if (release === undefined) continue;
    for (const attempt of (await listDirectory(folder.attempts)).map(Number)) {
      const failure = await release(runOfCore(stored, core, index + 1, attempt));
      if (failure !== undefined) station.events.write({ event: 'attempt-not-released', ...aboutJob(job), attempt, failure });
    }
  }
}
