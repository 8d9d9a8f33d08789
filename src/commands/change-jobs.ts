// Changes jobs for a person: those named, or those that a filter fits and the change is for.

import {
  changeJob, planChange, type ChangeDetails, type ChangeOutcome, type JobChange,
} from '../flow/job/change-job.ts';
import { faultOf } from '../flow/fault.ts';
import { findJobs, type JobFilter } from '../flow/job/find-jobs.ts';
import { isTemporary, type Failure } from '../job/failure.ts';
import { failureText } from '../job/failure-text.ts';
import { JOB_STATES, type JobState } from '../job/job-state.ts';
import { hasCode } from '../spool/error-code.ts';
import { confirm, mayAsk } from './confirm.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { meantJobId } from './meant-id.ts';
import type { OpenStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { mustBeStationUser } from './station-user.ts';
import { tellChange } from './tell-change.ts';
import { UsageFault } from './usage-fault.ts';

/** The states from which each change is possible. */
const OPEN_TO: { readonly [Change in JobChange]: string } = {
  retry: 'done, failed or cancelled',
  cancel: 'neither done nor cancelled',
  hold: 'pending, staged, ran or validated',
  release: 'held',
};

function openTo(what: JobChange, { from }: ChangeDetails): string {
  if (from === 'validation') return 'retry --from validation is for jobs that are done or failed';
  return `${what} is for jobs that are ${OPEN_TO[what]}`;
}

/** The state that a filter means which names none: nobody who retries what has failed wants all that is done again. */
const MEANT_STATE: { readonly [Change in JobChange]?: JobState } = { retry: 'failed', release: 'held' };

/** As a person names them. */
export type Chosen = { readonly JobIds: readonly string[] } | { readonly filter: JobFilter };

export interface ChangeOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** A job that is meant, with what the change would come to. */
interface Planned {
  readonly JobId: string;
  readonly outcome: Outcome;
}

type Outcome = Exclude<ChangeOutcome, 'unknown'>;

export async function changeJobs(
  { station, console }: OpenStation, what: JobChange, chosen: Chosen, details: ChangeDetails, options: ChangeOptions,
): Promise<ExitStatus> {
  await mustBeStationUser(station.layout);
  const { dryRun = false, yes = false, json = false } = options;
  const planned = await planEach({ station, console }, what, chosen, details);
  const meant = planned.filter(({ outcome }) => isMeant(chosen, outcome));
  const isMuch = 'filter' in chosen && meant.length > 1;
  if (isMuch && !dryRun && !yes && mayAsk() && !await confirm(`${what} ${countText(meant)}?`)) {
    await print('no job is changed\n');
    return EXIT.done;
  }
  const why = { busy: 'another process works on it', openTo: openTo(what, details) };
  const statuses: ExitStatus[] = [];
  const told: object[] = [];
  for (const { JobId, outcome: would } of meant) {
    const outcome = dryRun ? would : await tried(JobId, changeJob(station, JobId, what, details));
    told.push({ JobId, ...(outcome === 'busy' ? { busy: true } : outcome) });
    const isQuiet = json && hasMoved(outcome);
    statuses.push(isQuiet ? EXIT.done : await tellChange(console, JobId, outcome, why, { isPlan: dryRun }));
  }
  if (json) await printJson(told);
  else if ('filter' in chosen) await print(summary(statuses, planned.length - meant.length, dryRun, why.openTo));
  return worst(statuses);
}

async function planEach(
  { station, console }: Pick<OpenStation, 'station' | 'console'>, what: JobChange, chosen: Chosen,
  details: ChangeDetails,
): Promise<Planned[]> {
  const unreadable = (JobId: string, why: Failure): void => {
    console.message('warning', `${JobId}: not looked at: ${failureText(why)}; mend its files or their rights`);
  };
  const fitting = async (filter: JobFilter): Promise<string[]> => {
    return (await findJobs(station.layout, { ...meantState(what), ...filter }, unreadable)).map(({ job }) => job.JobId);
  };
  const JobIds = 'JobIds' in chosen
    ? await Promise.all(chosen.JobIds.map((word) => meantJobId(station.layout, word))) : await fitting(chosen.filter);
  const planned: Planned[] = [];
  for (const JobId of new Set(JobIds)) {
    planned.push({ JobId, outcome: await tried(JobId, planChange(station, JobId, what, details)) });
  }
  return planned;
}

/** Of those that a filter fits, the ones that the change is not for are passed over, unless it names their state. */
function isMeant(chosen: Chosen, outcome: Outcome): boolean {
  if ('JobIds' in chosen || chosen.filter.state !== undefined) return true;
  return outcome === 'busy' || !('refused' in outcome);
}

function meantState(what: JobChange): JobFilter {
  const state = MEANT_STATE[what];
  return state === undefined ? {} : { state };
}

/**
 * A job whose files are damaged keeps nobody from changing the others.
 * @throws what is a bug, a lost lease, or the missing rights of the user, who may change none
 */
async function tried(JobId: string, change: Promise<ChangeOutcome>): Promise<Outcome> {
  try {
    return known(JobId, await change);
  } catch (thrown) {
    if (thrown instanceof UsageFault || hasCode(thrown, 'EACCES', 'EPERM', 'EROFS')) throw thrown;
    const failure = faultOf(thrown, JobId);
    if (failure.reason === 'internal-error') throw thrown;
    return isTemporary(failure) ? { hindered: failureText(failure) } : { impossible: failureText(failure) };
  }
}

function known(JobId: string, outcome: ChangeOutcome): Outcome {
  if (outcome === 'unknown') throw new UsageFault(`there is no job ${JobId}; dts jobs list shows them`);
  return outcome;
}

function hasMoved(outcome: Outcome): outcome is Extract<Outcome, { moved: JobState }> {
  return outcome !== 'busy' && 'moved' in outcome;
}

/** Such as "12 jobs (9 to pending, 3 to forwarding)". */
function countText(meant: readonly Planned[]): string {
  const targets = meant.flatMap(({ outcome }) => (hasMoved(outcome) ? [outcome.moved] : []));
  const counts = JOB_STATES.map((state) => ({ state, count: targets.filter((one) => one === state).length }));
  const parts = counts.filter(({ count }) => count > 0).map(({ state, count }) => `${count} to ${state}`);
  return `${jobsText(meant.length)}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

function summary(statuses: readonly ExitStatus[], passedOver: number, dryRun: boolean, openTo: string): string {
  const count = statuses.filter((status) => status === EXIT.done).length;
  const changed = `${jobsText(count)} ${dryRun ? 'would be ' : ''}changed`;
  return passedOver === 0 ? `${changed}\n` : `${changed}; ${passedOver} that fit are left as they are: ${openTo}\n`;
}

function jobsText(count: number): string {
  return count === 1 ? '1 job' : `${count} jobs`;
}
