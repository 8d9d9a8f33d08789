// Takes a job back to where its core had just ended, so that its output as it lies is checked once more: after a
// person has mended the rules for it, or the output itself.

import { DONE } from '../../job/next-attempt.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import { findAttempt, type StoredJob } from '../../spool/job-store.ts';
import { exists } from '../../spool/read.ts';
import { findStagedCores } from '../attempt/staged-cores.ts';
import type { Station } from '../station.ts';

/** @returns why there is nothing to check, undefined where there is */
export async function whyNotValidateAgain({ job, folder }: StoredJob): Promise<string | undefined> {
  if (job.relay) return 'it relays what was received, and has no output to check';
  const cores = await findStagedCores(folder) ?? [];
  const attempt = await findAttempt(folder);
  if (attempt?.outcome !== DONE || cores[attempt.core - 1] === undefined) {
    return 'its core did not end well, so it has no output to check; --from staging runs it again';
  }
  const { output } = folder.coreFolder(attempt.core);
  for (const path of [output, folder.input, folder.description]) {
    if (!await exists(path)) return `${path} is not there any more; --from staging makes it anew`;
  }
  return undefined;
}

/** What the cores may put out is what the configuration says now; everything else of them stays. Repeatable. */
export async function takeOutputRules({ configuration }: Station, { job, folder }: StoredJob): Promise<void> {
  const configured = configuration.streams.find(({ name }) => name === job.stream)?.cores ?? [];
  const cores = (await findStagedCores(folder) ?? []).map((core, index) => {
    return { ...core, outputs: configured[index]?.outputs ?? core.outputs };
  });
  await writeJsonDurable(folder.cores, cores);
}
