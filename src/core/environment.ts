// The environment that a core gets: what the original, mercure, MONAI Deploy and Holoscan modules look for.
//
// All of their input variables name a folder in which DICOM files themselves lie: a MONAI or Holoscan application walks
// its input path, a mercure module reads the series off the names in $MERCURE_IN_DIR, which are links in mercure/.
// The station's own environment, which may hold passwords, is never passed on.

import type { CoreRun } from './executor.ts';
import { type CoreFolders, inputFolder, mercureFolder } from './placeholders.ts';

/** What a process needs of the station's environment to run at all. A container brings its own. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'];

/** Where programs are looked for if the station has no PATH itself. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * The variables of every core, container or process. What the configuration says in `env` counts more than what is
 * set for modules; the two that identify the run count more than `env`.
 */
export function coreEnvironment(run: CoreRun, folders: CoreFolders): Record<string, string> {
  const input = inputFolder(folders);
  return {
    ...(run.core.ROR_CONT_OPTIONS === '' ? {} : { ROR_CONT_OPTIONS: run.core.ROR_CONT_OPTIONS }),
    MERCURE_IN_DIR: mercureFolder(folders),
    MERCURE_OUT_DIR: folders.output,
    MONAI_INPUTPATH: input,
    MONAI_OUTPUTPATH: folders.output,
    HOLOSCAN_INPUT_PATH: input,
    HOLOSCAN_OUTPUT_PATH: folders.output,
    DTS_STREAM: run.stream,
    ...run.core.env,
    ...runMarker(run),
  };
}

/** The variables of a core that runs as a process of this host: the above and the little that it shares with us. */
export function processEnvironment(run: CoreRun, folders: CoreFolders): Record<string, string> {
  const shared: Record<string, string> = { PATH: DEFAULT_PATH };
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) shared[name] = value;
  }
  return { ...shared, ...visibleGpus(run), ...coreEnvironment(run, folders) };
}

/** A process sees every GPU of the host unless told otherwise; it is to use those that it was given, and no others. */
function visibleGpus({ gpus }: CoreRun): Record<string, string> {
  const indexes = gpus.join(',');
  return {
    CUDA_VISIBLE_DEVICES: indexes,
    HIP_VISIBLE_DEVICES: indexes,
    NVIDIA_VISIBLE_DEVICES: gpus.length === 0 ? 'none' : indexes,
  };
}

/** The variables by which every process that an attempt has started is known, also those that left its group. */
export function runMarker(run: CoreRun): { readonly DTS_JOB_ID: string; readonly DTS_ATTEMPT: string } {
  return { DTS_JOB_ID: run.JobId, DTS_ATTEMPT: String(run.attempt) };
}
