// Whether a core runs on a host of the station, and so uses memory, CPUs and GPUs of it.

import type { CoreSpecification } from './core-specification.ts';

export function usesHost({ executor }: Pick<CoreSpecification, 'executor'>): boolean {
  return executor === 'container' || executor === 'process';
}
