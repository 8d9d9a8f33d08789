// Sees to the output of a core that has ended well: the next core of the chain reads it, or it is what the job was for.

import { findAttempt, type StoredJob } from '../../spool/job-store.ts';
import { passOn } from './pass-on.ts';
import { findStagedCores } from './staged-cores.ts';
import type { Station } from '../station.ts';
import { stepOfCore } from './step-of-core.ts';
import type { Step } from '../job/step.ts';
import { validateOutput } from '../result/validate-output.ts';

export async function finishCore(station: Station, stored: StoredJob): Promise<Step> {
  const cores = await findStagedCores(stored.folder) ?? [];
  const place = (await findAttempt(stored.folder))?.core ?? 1;
  const core = cores[place - 1];
  if (core === undefined) return { failures: [{ reason: 'core-unknown', stream: stored.job.stream }] };
  const next = cores[place];
  const step = next === undefined
    ? await validateOutput(station, stored) : await passOn(station, stored, place, { core, next });
  return stepOfCore(step, place, cores);
}
