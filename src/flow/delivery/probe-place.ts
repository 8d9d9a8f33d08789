// Asks a node that did not work whether it is there by now, before a study is thrown at it again: one answer for all
// that is due there.

import type { ReachableDestination } from '../../config/destination.ts';
import { placeOf } from '../../config/place-of.ts';
import type { Failure } from '../../job/failure.ts';
import { echo } from '../../network/echo-scu.ts';
import { findTrouble } from '../../spool/place-troubles.ts';
import { peerOf } from '../carry/carry-by-dimse.ts';
import type { Station } from '../station.ts';

/** What may have been the node and not what was sent to it. */
const WORTH_ASKING: ReadonlySet<Failure['reason']> = new Set(['peer-unreachable', 'peer-silent', 'peer-aborted']);
/** Whoever rejects, aborts or does not verify is there: what is sent must show whether it is taken. */
const AWAY: ReadonlySet<Failure['reason']> = new Set(['peer-unreachable', 'peer-silent']);

/**
 * By C-ECHO, with as much patience as there is with what is sent. Servers and folders are not asked.
 * @returns why it is not there; undefined where it is, or nothing says that it might not be
 */
export async function probePlace(
  { layout }: Station, destination: ReachableDestination, signal: AbortSignal | undefined,
): Promise<Failure | undefined> {
  if (destination.type !== 'dicom') return undefined;
  const trouble = await findTrouble(layout, placeOf(destination));
  if (trouble === undefined || !WORTH_ASKING.has(trouble.last.reason)) return undefined;
  const answer = await echo(peerOf(destination), signal);
  return 'reason' in answer && AWAY.has(answer.reason) ? answer : undefined;
}
