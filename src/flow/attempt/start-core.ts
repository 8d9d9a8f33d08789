// Starts the core of an attempt that was decided on, and writes down what identifies the run.

import { hostname } from 'node:os';
import { usesHost } from '../../config/uses-host.ts';
import { isTemporary } from '../../job/failure.ts';
import type { Attempt } from '../../job/job.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import { aboutJob } from '../about.ts';
import type { Step } from '../job/step.ts';
import type { Station } from '../station.ts';
import { startedNow } from './attempt-time.ts';
import { holdUndecided } from './hold-undecided.ts';
import { noteUsedImage } from './used-image.ts';
import { aboutAttempt, type Watched } from './watched.ts';

/** What it may use was counted on the host that decided to start it and then did not. */
export function isMeantForOther({ attempt, core }: Watched): boolean {
  return usesHost(core) && attempt.host !== undefined && attempt.host !== hostname();
}

/** Repeatable: an executor starts an attempt at most once. */
export async function startCore(station: Station, watched: Watched): Promise<Step> {
  const { stored, attempt, run, executor } = watched;
  const started = await executor.start(run);
  if ('reason' in started && started.reason === 'submission-uncertain') return holdUndecided(station, watched, started);
  // What kept it from starting does not use up an attempt.
  if ('reason' in started) return isTemporary(started) ? { postpone: started, to: 'staged' } : { failures: [started] };
  const { handle, imageDigest, queued } = started;
  const recorded: Attempt = {
    ...attempt, ...(queued === undefined ? await startedNow(station.now()) : { queued }), handle,
    ...(imageDigest === undefined ? {} : { imageDigest }),
  };
  await writeJsonDurable(stored.folder.attempt, recorded);
  station.events.write({
    event: 'attempt-started', ...aboutJob(stored.job), ...aboutAttempt(watched), handle,
    ...(imageDigest === undefined ? {} : { imageDigest }),
  });
  if (imageDigest !== undefined) await noteUsedImage(station, stored.job, run, imageDigest);
  return { wait: `for the core, started as ${handle}` };
}
