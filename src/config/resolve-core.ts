// A core as the station uses it.

import type { CoreSpecification } from './core-specification.ts';
import { findProgramRoot } from './program-root.ts';
import type { CoreEntry } from './schema/statements-file.ts';

/** @param chainCommand the command that the original's chain gives, for a core that has none of its own. */
export function resolveCore(entry: CoreEntry, chainCommand: readonly string[] | undefined): CoreSpecification {
  const { docker_image = '', executor, command, memory, select, ...rest } = entry;
  return {
    ...rest,
    executor: executor ?? (docker_image === '' ? 'process' : 'container'),
    select,
    docker_image,
    command: (command ?? chainCommand ?? []).map(insertProgramRoot),
    memoryBytes: memory,
  };
}

/** `{dts}` is known now; the other placeholders belong to a job. */
function insertProgramRoot(word: string): string {
  return word.includes('{dts}') ? word.replaceAll('{dts}', findProgramRoot()) : word;
}
