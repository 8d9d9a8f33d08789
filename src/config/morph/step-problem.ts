// What is wrong with a step of a morph, before it is known in which file the step stands.

import type { Finding } from '../finding.ts';

/** At a path from the step. */
export type StepProblem = Pick<Finding, 'path' | 'at' | 'message' | 'value' | 'expected' | 'suggestion'>;
