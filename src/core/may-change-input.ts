// Whether a core could write into its input.

import type { CoreSpecification } from '../config/core-specification.ts';

/**
 * A container sees its input through a read-only mount, on a node of a cluster, too; an inference server gets a copy; a
 * process has the rights of the station.
 */
export function mayChangeInput(core: CoreSpecification): boolean {
  switch (core.executor) {
    case 'container': case 'inference-server':
      return false;
    case 'process':
      return true;
    case 'slurm':
      return core.slurm?.runtime === 'process';
  }
}
