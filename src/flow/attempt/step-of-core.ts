// Says of which core of a chain a step's faults are.

import type { CoreSpecification } from '../../config/core-specification.ts';
import type { Failure } from '../../job/failure.ts';
import type { Step } from '../job/step.ts';

/** @param cores of the job; where there is one only, nothing needs to be said */
export function stepOfCore(step: Step, core: number, cores: readonly CoreSpecification[]): Step {
  if (cores.length < 2) return step;
  const placed = (failure: Failure): Failure => ({ ...failure, core });
  if ('postpone' in step) return { ...step, postpone: placed(step.postpone) };
  return 'failures' in step ? { failures: step.failures.map(placed) } : step;
}
