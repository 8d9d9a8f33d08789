// What an answer means for the instance that it was given for, at the destination that gave it.

import type { ReachableDestination } from '../../config/destination.ts';
import { statusBy, type StatusPolicy } from '../../dicom/status-policy.ts';
import { isTemporary, type Failure } from '../../job/failure.ts';

/** Undefined for one that is configured no more: as the standard has it. */
type At = ReachableDestination | undefined;

type Told = { readonly status: number } | { readonly failure: Failure };

/** What the destination has already under that UID is as good as stored, and so is what is not meant to go there. */
export function meaningAt(destination: At, answer: Told): 'stored' | 'retry' | 'refused' {
  if ('failure' in answer && answer.failure.reason === 'burnt-in-left-out') return 'stored';
  if ('failure' in answer) return isTemporary(answer.failure) ? 'retry' : 'refused';
  const { outcome } = statusBy(policyOf(destination), answer.status);
  return outcome === 'duplicate' ? 'stored' : outcome;
}

/** Whether an answer that is worth another try is worth a few only: the cause may well be the instance itself. */
export function isLimitedAt(destination: At, answer: Told): boolean {
  if ('failure' in answer) return answer.failure.reason === 'web-instance-untold';
  return statusBy(policyOf(destination), answer.status).limited;
}

function policyOf(destination: At): StatusPolicy {
  return destination !== undefined && 'statuses' in destination ? destination.statuses : {};
}
