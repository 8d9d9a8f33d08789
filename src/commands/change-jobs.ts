// Changes jobs for a person: those named, or those that a filter fits and the change is for.

import { changeJob, planChange, type ChangeDetails, type JobChange } from '../flow/job/change-job.ts';
import { findJobs, type JobFilter } from '../flow/job/find-jobs.ts';
import { failureText } from '../job/failure-text.ts';
import { JOB_STATES, type JobState } from '../job/job-state.ts';
import { changeChosen, type ChangeOptions } from './change-chosen.ts';
import type { ExitStatus } from './exit-status.ts';
import { meantJobId } from './meant-id.ts';
import type { OpenStation } from './open-station.ts';
import { mustBeStationUser } from './station-user.ts';

/** The states from which each change is possible. */
const OPEN_TO: { readonly [Change in JobChange]: string } = {
  retry: 'done, failed or cancelled',
  cancel: 'neither done nor cancelled',
  hold: 'pending, staged, ran or validated',
  release: 'held',
};

/** The state that a filter means which names none: nobody who retries what has failed wants all that is done again. */
const MEANT_STATE: { readonly [Change in JobChange]?: JobState } = { retry: 'failed', release: 'held' };

/** As a person names them. */
export type Chosen = { readonly JobIds: readonly string[] } | { readonly filter: JobFilter };

export async function changeJobs(
  opened: OpenStation, what: JobChange, chosen: Chosen, details: ChangeDetails, options: ChangeOptions,
): Promise<ExitStatus> {
  const { station, console } = opened;
  await mustBeStationUser(station.layout);
  return changeChosen(console, what, {
    one: 'job', many: 'jobs', id: 'JobId', states: JOB_STATES,
    ids: await findChosen(opened, what, chosen),
    isByFilter: 'filter' in chosen,
    isAnyState: 'filter' in chosen && chosen.filter.state === undefined,
    why: { busy: 'another process works on it', openTo: openTo(what, details) },
    plan: (JobId) => planChange(station, JobId, what, details),
    change: (JobId) => changeJob(station, JobId, what, details),
  }, options);
}

async function findChosen({ station, console }: OpenStation, what: JobChange, chosen: Chosen): Promise<string[]> {
  const { layout } = station;
  if ('JobIds' in chosen) return Promise.all(chosen.JobIds.map((word) => meantJobId(layout, word)));
  const state = MEANT_STATE[what];
  const filter = { ...(state === undefined ? {} : { state }), ...chosen.filter };
  const found = await findJobs(layout, filter, (JobId, why) => {
    console.message('warning', `${JobId}: not looked at: ${failureText(why)}; mend its files or their rights`);
  });
  return found.map(({ job }) => job.JobId);
}

function openTo(what: JobChange, { from }: ChangeDetails): string {
  if (from === 'validation') return 'retry --from validation is for jobs that are done or failed';
  return `${what} is for jobs that are ${OPEN_TO[what]}`;
}
