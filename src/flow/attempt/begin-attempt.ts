// Makes a staged job ready for its next attempt: everything is written down before anything is started.
//
// Repeatable: an attempt that was written down but never started keeps its number. The caller's rename to `running` is
// the commit point; watch-attempt.ts starts the core.

import { chmod } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Attempt } from '../../job/job.ts';
import { nextAttempt } from '../../job/next-attempt.ts';
import { clockMadeDue } from '../../job/retry-clock.ts';
import { makeDirectoryWithin, removeTree, writeJsonDurable } from '../../spool/durable.ts';
import { findAttempt, findClock, writeClock, type StoredJob } from '../../spool/job-store.ts';
import { mayStart } from './may-start.ts';
import { findCoreInTurn } from './staged-cores.ts';
import type { Station } from '../station.ts';
import type { Step } from '../job/step.ts';

/** The core may run as another user than the station; the folders above are closed to all others. */
const OUTPUT_MODE = 0o777;

/** Called with all slots held, so that two commands cannot take the last free slot at once. */
export async function beginAttempt(station: Station, { job, folder }: StoredJob): Promise<Step> {
  const core = await findCoreInTurn(folder);
  if (core === undefined) return { failures: [{ reason: 'file-damaged', path: folder.cores, text: 'it is gone' }] };
  const may = await mayStart(station, job, core);
  if (!('gpus' in may)) return may;

  const previous = await findAttempt(folder);
  const place = nextAttempt(previous);
  const { output } = folder.coreFolder(place.core);
  await removeTree(output);
  await makeDirectoryWithin(folder.path, output);
  await chmod(output, OUTPUT_MODE);
  const attemptFolder = folder.attemptFolder(place.attempt);
  await removeTree(attemptFolder);
  await makeDirectoryWithin(folder.path, attemptFolder);
  const clock = await findClock(folder);
  if (clock !== undefined) await writeClock(folder, clockMadeDue(clock, station.now())); // a person may not have waited
  const attempt: Attempt = {
    ...place, decidedAt: station.now().toISOString(), host: hostname(), ...may.gpus.length === 0 ? {} : may,
  };
  await writeJsonDurable(folder.attempt, attempt);
  return { to: 'running' };
}
