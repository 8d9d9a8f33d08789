// Which executor runs a core.

import type { CoreSpecification } from '../config/core-specification.ts';
import { containerExecutor } from './container.ts';
import type { Executor } from './executor.ts';
import { inferenceServerExecutor } from './inference-server/inference-server.ts';
import { processExecutor } from './process.ts';
import { slurmExecutor } from './slurm/executor.ts';

/** The executor that the core's configuration names. */
export function executorOf(core: CoreSpecification): Executor {
  switch (core.executor) {
    case 'container':
      return containerExecutor;
    case 'process':
      return processExecutor;
    case 'slurm':
      return slurmExecutor;
    case 'inference-server':
      return inferenceServerExecutor;
  }
}
