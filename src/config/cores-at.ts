// The cores of a stream as they stand in select_statements.json, with whatever may be wrong in them: one alone, or a
// list of them.

import type { Path } from './finding.ts';
import { valueAt } from './loose.ts';

export interface CoreAt {
  readonly core: unknown;
  readonly path: Path;
}

/** In the order in which they run. */
export function coresAt(statements: unknown, stream: string): CoreAt[] {
  const value = valueAt(statements, stream);
  if (Array.isArray(value)) return value.map((core: unknown, index) => ({ core, path: [stream, index] }));
  return value === undefined ? [] : [{ core: value, path: [stream] }];
}
