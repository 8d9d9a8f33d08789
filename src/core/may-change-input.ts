// Whether a core could write into its input.

import type { CoreSpecification } from '../config/core-specification.ts';

/** A container sees its input through a read-only mount; a process has the rights of the station. */
export function mayChangeInput(core: CoreSpecification): boolean {
  switch (core.executor) {
    case 'container':
      return false;
    case 'process':
      return true;
  }
}
