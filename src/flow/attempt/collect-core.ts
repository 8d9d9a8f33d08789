// Sees to a core that has ended: its logs are completed, its end is written down, and what comes of it is decided.

import { CORE_EXIT } from '../../core/core-exit.ts';
import type { CoreState } from '../../core/executor.ts';
import { isTemporary } from '../../job/failure.ts';
import type { Step } from '../job/step.ts';
import type { Station } from '../station.ts';
import { lastLines } from './last-lines.ts';
import { recordEnd, retryOrFail, type Watched } from './watched.ts';

/** The ways in which a core ends. */
type Ended = Extract<CoreState, { state: 'ended' | 'killed' | 'vanished' | 'failed' }>;

export async function collectCore(station: Station, watched: Watched, state: Ended): Promise<Step> {
  await watched.executor.collect(watched.run);
  switch (state.state) {
    case 'vanished':
      await recordEnd(station, watched, 'vanished');
      return retryOrFail(watched, { reason: 'core-interrupted' });
    case 'failed':
      await recordEnd(station, watched, state.outcome);
      return isTemporary(state.failure) ? retryOrFail(watched, state.failure) : { failures: [state.failure] };
    case 'killed':
      await recordEnd(station, watched, `signal ${state.signal}`);
      return { failures: [{ reason: 'core-signal', signal: state.signal, lastLines: await lastLines(watched.run) }] };
    case 'ended':
      await recordEnd(station, withImage(watched, state.imageDigest), `exit ${state.exitCode}`);
      if (state.exitCode === CORE_EXIT.done) return { to: 'ran' };
      if (state.exitCode === CORE_EXIT.later) return retryOrFail(watched, { reason: 'core-postponed' });
      return { failures: [{ reason: 'core-exit', exitCode: state.exitCode, lastLines: await lastLines(watched.run) }] };
  }
}

function withImage(watched: Watched, imageDigest: string | undefined): Watched {
  return imageDigest === undefined ? watched : { ...watched, attempt: { ...watched.attempt, imageDigest } };
}
