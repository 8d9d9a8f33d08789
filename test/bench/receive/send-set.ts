// The sending side: one process of DCMTK an association, all started at once.

import type { InstanceSet } from '../instances/instance-set.ts';
import { runToEnd } from '../processes/run-program.ts';

export type Sender = 'storescu' | 'dcmsend';

export interface Sending {
  readonly sender: Sender;
  readonly associations: number;
  /** What the senders announce and keep to, in bytes. */
  readonly pduLength: number;
}

/**
 * Sends a set, each association its share: no fewer instances than associations.
 * @returns the seconds from the start of the first sender to the end of the last; throws when one of them fails
 */
export async function sendSet(
  { sender, associations, pduLength }: Sending, set: InstanceSet, port: number, signal: AbortSignal,
): Promise<number> {
  const length = String(pduLength);
  const args = ['-pdu', length, '--max-send-pdu', length, '-aec', 'BENCH', '127.0.0.1', String(port)];
  const share = Math.ceil(set.instances.length / associations);
  const shares = Array.from({ length: associations },
    (_, index) => set.instances.slice(index * share, (index + 1) * share).map(({ name }) => name));
  const begun = performance.now();
  const ends = await Promise.allSettled(
    shares.map((names) => runToEnd(sender, [...args, ...names], signal, set.folder)));
  const seconds = (performance.now() - begun) / 1000;
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return seconds;
}
