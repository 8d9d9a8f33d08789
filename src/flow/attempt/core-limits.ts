// Looks whether a core that runs keeps within its time and its output, and ends it where it does not.

import { AttemptFiles } from '../../core/attempt-files.ts';
import type { CoreRun, CoreTrouble } from '../../core/executor.ts';
import { logBytes } from '../../core/kept-log.ts';
import { failureText } from '../../job/failure-text.ts';
import type { Attempt } from '../../job/job.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import type { Step } from '../job/step.ts';
import type { Station } from '../station.ts';
import { secondsRun, startedNow } from './attempt-time.ts';
import { measureFolder } from './measure-folder.ts';
import { endAndRecord, type Watched } from './watched.ts';

/** @param trouble what keeps its executor from asking how it gets on */
export async function enforceLimits(
  station: Station, found: Watched, trouble: CoreTrouble | undefined,
): Promise<Step> {
  const watched: Watched = { ...found, attempt: await withStart(station, found) };
  const { core, run } = watched;
  const seconds = await secondsRun(watched.attempt, station.now());
  if (seconds > core.timeoutSeconds) {
    await endAndRecord(station, watched, 'time limit');
    return { failures: [{ reason: 'core-time', timeoutSeconds: core.timeoutSeconds }] };
  }
  const { maxBytes } = core.outputs;
  const bytes = (await measureFolder(run.outputFolder)).bytes + await bytesSaid(run);
  if (bytes > maxBytes) {
    await endAndRecord(station, watched, 'output limit');
    return { failures: [{ reason: 'core-output-bytes', bytes, maxBytes }] };
  }
  if (trouble !== undefined) return { wait: `for an answer: ${failureText(trouble.failure)}`, trouble };
  return { wait: `for the core, which has run for ${Math.round(seconds)} s` };
}

/** What a process prints goes to the disk like its output; of a container, the runtime keeps the last part only. */
async function bytesSaid({ attemptFolder }: CoreRun): Promise<number> {
  const { stdout, stderr } = new AttemptFiles(attemptFolder);
  return await logBytes(stdout) + await logBytes(stderr);
}

/** Of a core that was queued, or whose starter was killed before it could write that down, the time counts from now. */
async function withStart(station: Station, { stored, attempt }: Watched): Promise<Attempt> {
  if (attempt.startedAt !== undefined) return attempt;
  const { queued, ...running } = attempt;
  const started: Attempt = { ...running, ...await startedNow(station.now()) };
  await writeJsonDurable(stored.folder.attempt, started);
  return started;
}
