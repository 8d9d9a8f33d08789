// What keeps us from asking how a core gets on, kept in the job's clock: `dts status` shows it, and nobody asks before
// it makes sense. Told when it begins, and not at every try.

import type { CoreTrouble } from '../../core/executor.ts';
import { usesUpAttempt } from '../../job/failure.ts';
import { findClock, removeClock, writeClock, type StoredJob } from '../../spool/job-store.ts';
import { aboutJob } from '../about.ts';
import type { Station } from '../station.ts';

/** @param trouble undefined where there is none (any more) */
export async function noteTrouble(
  station: Station, { folder, job }: StoredJob, trouble: CoreTrouble | undefined,
): Promise<void> {
  const clock = await findClock(folder);
  if (trouble === undefined) {
    // How long the next attempt waits depends on that of an attempt.
    if (clock !== undefined && !usesUpAttempt(clock.last)) await removeClock(folder);
    return;
  }
  const { failure, tryAgainAt: notBefore } = trouble;
  if (clock?.notBefore === notBefore) return;
  const now = station.now();
  const isNews = clock?.last.reason !== failure.reason;
  await writeClock(folder, {
    notBefore,
    waitSeconds: Math.max(0, (Date.parse(notBefore) - now.getTime()) / 1000),
    failedTries: (isNews ? 0 : clock?.failedTries ?? 0) + 1,
    failingSince: isNews ? now.toISOString() : clock?.failingSince ?? now.toISOString(),
    last: failure,
  });
  if (isNews) station.events.write({ event: 'job-postponed', ...aboutJob(job), failure, notBefore });
}
