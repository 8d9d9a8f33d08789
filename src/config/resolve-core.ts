// A core as the station uses it.

import type { CoreSpecification, InferenceServer, SlurmSpecification } from './core-specification.ts';
import { findProgramRoot } from './program-root.ts';
import type { InferenceServerEntry } from './schema/inference-server.ts';
import type { SlurmEntry } from './schema/slurm.ts';
import type { CoreEntry } from './schema/statements-file.ts';

/** @param chainCommand the command that the original's chain gives, for a core that has none of its own. */
export function resolveCore(entry: CoreEntry, chainCommand: readonly string[] | undefined): CoreSpecification {
  const { docker_image = '', executor, command, memory, select, slurm, inferenceServer, ...rest } = entry;
  const core: CoreSpecification = {
    ...rest,
    executor: executor ?? usualExecutor(entry),
    select,
    docker_image,
    command: (command ?? chainCommand ?? []).map(insertProgramRoot),
    memoryBytes: memory,
    ...(executor === 'slurm' ? { slurm: resolveSlurm(slurm, docker_image) } : {}),
  };
  if (core.executor !== 'inference-server' || inferenceServer === undefined) return core;
  const { timeoutSeconds } = inferenceServer;
  return { ...core, timeoutSeconds, inferenceServer: resolveInferenceServer(inferenceServer) };
}

function usualExecutor({ inferenceServer, docker_image }: CoreEntry): CoreSpecification['executor'] {
  if (inferenceServer !== undefined) return 'inference-server';
  return docker_image === undefined ? 'process' : 'container';
}

function resolveSlurm(entry: Partial<SlurmEntry> = {}, docker_image: string): SlurmSpecification {
  const { partition = '', account = '', qos = '', runtime, sbatch = [], maxJobs, statusSeconds = 60 } = entry;
  return {
    partition, account, qos, sbatch, statusSeconds,
    runtime: runtime ?? (docker_image === '' ? 'process' : 'podman'),
    ...(maxJobs === undefined ? {} : { maxJobs }),
  };
}

export function resolveInferenceServer(
  { url, version, model, ca, token, pollSeconds, deleteRemote, resubmit }: InferenceServerEntry,
): InferenceServer {
  return {
    url, version, model, pollSeconds, deleteRemote, resubmit,
    ...(ca === undefined ? {} : { ca }),
    ...(token === undefined ? {} : { token }),
  };
}

/** `{dts}` is known now; the other placeholders belong to a job. */
function insertProgramRoot(word: string): string {
  return word.includes('{dts}') ? word.replaceAll('{dts}', findProgramRoot()) : word;
}
