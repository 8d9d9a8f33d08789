// When a job or delivery is tried again, and why it has to be.

import { failureText } from '../job/failure-text.ts';
import type { Clock } from '../job/job.ts';

export function clockText({ notBefore, failedTries, last }: Clock): string {
  return `${notBefore}, ${failedTries} failed: ${failureText(last)}`;
}
