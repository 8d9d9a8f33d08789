// Repetition for work that waits for others: a round that takes longer than the time between two goes on beside the
// next, so that what is slow holds up nothing else. The rounds themselves see to it that nothing is done twice.

import { worst, type ExitStatus } from './exit-status.ts';
import { DEFAULT_EVERY_SECONDS, waited, type Repetition } from './repeat.ts';

/**
 * Like `repeat`, with rounds beside one that takes long.
 * @param patienceSeconds how long the next round waits for the one before to end
 */
export function repeatPastSlowRounds(patienceSeconds: number): typeof repeatSideBySide {
  return (options, signal, run) => repeatSideBySide(options, signal, run, patienceSeconds);
}

/**
 * Like `repeat`; begins new rounds for as long as one is under way, also when the time is up: until that one has ended,
 * `flock` in the crontab lets no other command take over.
 * @throws what a round has thrown, once all have ended
 */
export async function repeatSideBySide(
  options: Repetition, signal: AbortSignal, run: () => Promise<ExitStatus>, patienceSeconds = 0,
): Promise<ExitStatus> {
  if (options.for === undefined) return run();
  const until = Date.now() + options.for * 1000;
  const everyMilliseconds = (options.every ?? DEFAULT_EVERY_SECONDS) * 1000;
  const statuses: ExitStatus[] = [];
  const faults: unknown[] = [];
  const underWay = new Set<Promise<unknown>>();
  for (;;) {
    const next = Date.now() + everyMilliseconds;
    const round = run().then((status) => statuses.push(status), (fault: unknown) => faults.push(fault));
    underWay.add(round);
    void round.then(() => underWay.delete(round));
    if (patienceSeconds > 0) await endedOrOverdue(round, patienceSeconds, signal);

    const allEnded = new AbortController();
    if (next >= until) void Promise.all(underWay).then(() => { allEnded.abort(); });
    await waited(Math.max(0, next - Date.now()), AbortSignal.any([signal, allEnded.signal]));
    if (signal.aborted || faults.length > 0 || (next >= until && underWay.size === 0)) break;
  }
  await Promise.all(underWay);
  if (faults.length > 0) throw faults[0];
  return worst(statuses);
}

async function endedOrOverdue(round: Promise<unknown>, seconds: number, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  void round.then(() => { ended.abort(); });
  await waited(seconds * 1000, AbortSignal.any([signal, ended.signal]));
}
