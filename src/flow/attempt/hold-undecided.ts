// Holds a job of whose core nobody can know whether it runs, for a person to decide.

import type { Failure } from '../../job/failure.ts';
import type { Step } from '../job/step.ts';
import type { Station } from '../station.ts';
import { recordEnd, type Watched } from './watched.ts';

/** It may be running or not; whoever releases the job has it run (once more), as an attempt of its own. */
export async function holdUndecided(station: Station, watched: Watched, failure: Failure): Promise<Step> {
  await recordEnd(station, watched, 'undecided');
  return { hold: failure, from: 'staged' };
}
