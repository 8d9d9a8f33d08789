// Makes a staged job ready for its next attempt: everything is written down before anything is started.
//
// Repeatable: an attempt that was written down but never started keeps its number. The caller's rename to `running` is
// the commit point; watch-attempt.ts starts the core.

import { chmod } from 'node:fs/promises';
import type { Attempt } from '../job/job.ts';
import { nextAttempt } from '../job/next-attempt.ts';
import { clockMadeDue } from '../job/retry-clock.ts';
import { makeDirectoryDurable, removeTree, writeJsonDurable } from '../spool/durable.ts';
import { findAttempt, findClock, writeClock, type StoredJob } from '../spool/job-store.ts';
import { countRunning } from './core-slots.ts';
import type { Station } from './station.ts';
import type { Step } from './step.ts';

/** The core may run as another user than the station; the folders above are closed to all others. */
const OUTPUT_MODE = 0o777;

/** Called with all slots held, so that two commands cannot take the last free slot at once. */
export async function beginAttempt(station: Station, { folder }: StoredJob): Promise<Step> {
  const { jobs } = station.configuration.limits;
  const running = await countRunning(station);
  if (running >= jobs) return { wait: `for a free slot: ${running} of limits.jobs (${jobs}) run` };

  const previous = await findAttempt(folder);
  const place = nextAttempt(previous);
  const { output } = folder.coreFolder(place.core);
  await removeTree(output);
  await makeDirectoryDurable(output);
  await chmod(output, OUTPUT_MODE);
  const attemptFolder = folder.attemptFolder(place.attempt);
  await removeTree(attemptFolder);
  await makeDirectoryDurable(attemptFolder);
  const clock = await findClock(folder);
  if (clock !== undefined) await writeClock(folder, clockMadeDue(clock, station.now())); // a person may not have waited
  const attempt: Attempt = { ...place, decidedAt: station.now().toISOString() };
  await writeJsonDurable(folder.attempt, attempt);
  return { to: 'running' };
}
