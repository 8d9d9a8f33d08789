// What something thrown within a step means: the one place that tells passing trouble of the disk from the damaged
// state of this one arrival, job or delivery, and both from a bug. None of it may keep the others waiting.

import { ExecutorUnavailable } from '../core/executor-unavailable.ts';
import type { Failure } from '../job/failure.ts';
import { DamagedFile } from '../spool/damaged-file.ts';
import { codeOf, hasCode } from '../spool/error-code.ts';
import { LeaseLost } from '../spool/lease-lost.ts';

/** System errors that may pass without anybody doing anything to the files at hand. */
const PASSING = [
  'ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE', 'ETIMEDOUT', 'EBUSY', 'EAGAIN',
];

/** Whether what was thrown is trouble of the disk or the host that may pass. */
export function isPassing(thrown: unknown): boolean {
  return hasCode(thrown, ...PASSING);
}

/**
 * @param path where it happened, for errors that do not say so themselves
 * @throws what is no fault of a single thing: a lost lease
 */
export function faultOf(thrown: unknown, path: string): Failure {
  if (thrown instanceof LeaseLost) throw thrown;
  if (thrown instanceof ExecutorUnavailable) return { reason: 'executor-unavailable', text: thrown.message };
  if (thrown instanceof DamagedFile) return { reason: 'file-damaged', path: thrown.path, text: thrown.message };
  const code = codeOf(thrown);
  if (code === undefined || code.startsWith('ERR_')) return { reason: 'internal-error', text: stackOf(thrown) };
  const at = thrown instanceof Error && 'path' in thrown ? String(thrown.path) : path;
  return { reason: isPassing(thrown) ? 'input-output' : 'file-fault', path: at, code };
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown);
}
