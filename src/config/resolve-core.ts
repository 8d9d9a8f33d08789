// A core as the station uses it.

import type { CoreSpecification, SlurmSpecification } from './core-specification.ts';
import { findProgramRoot } from './program-root.ts';
import type { SlurmEntry } from './schema/slurm.ts';
import type { CoreEntry } from './schema/statements-file.ts';

/** @param chainCommand the command that the original's chain gives, for a core that has none of its own. */
export function resolveCore(entry: CoreEntry, chainCommand: readonly string[] | undefined): CoreSpecification {
  const { docker_image = '', executor, command, memory, select, slurm, ...rest } = entry;
  return {
    ...rest,
    executor: executor ?? (docker_image === '' ? 'process' : 'container'),
    select,
    docker_image,
    command: (command ?? chainCommand ?? []).map(insertProgramRoot),
    memoryBytes: memory,
    ...(executor === 'slurm' ? { slurm: resolveSlurm(slurm, docker_image) } : {}),
  };
}

function resolveSlurm(
  { partition = '', account = '', qos = '', runtime, sbatch = [], maxJobs, statusSeconds = 60 }: Partial<SlurmEntry> = {},
  docker_image: string,
): SlurmSpecification {
  return {
    partition, account, qos, sbatch, statusSeconds,
    runtime: runtime ?? (docker_image === '' ? 'process' : 'podman'),
    ...(maxJobs === undefined ? {} : { maxJobs }),
  };
}

/** `{dts}` is known now; the other placeholders belong to a job. */
function insertProgramRoot(word: string): string {
  return word.includes('{dts}') ? word.replaceAll('{dts}', findProgramRoot()) : word;
}
