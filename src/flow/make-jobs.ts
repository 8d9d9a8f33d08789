// Makes the jobs that a stream wants for an arrival.
//
// Repeatable: a job's id is computed from arrival and stream, so making it again finds it.

import type { Stream } from '../config/configuration.ts';
import { jobId } from '../job/job-id.ts';
import type { Failure } from '../job/failure.ts';
import type { Job, SelectedSeries } from '../job/job.ts';
import { parseStatement } from '../select/parse-statement.ts';
import { selectSeries } from '../select/select-series.ts';
import type { SeriesFacts } from '../select/series-facts.ts';
import type { Statement } from '../select/statement.ts';
import type { Claim } from '../spool/arrivals.ts';
import { findJobState, makeJob } from '../spool/job-store.ts';
import { withLease } from '../spool/lease.ts';
import { LeaseLost } from '../spool/lease-lost.ts';
import { aboutJob } from './about.ts';
import { jobLease } from './advance-job.ts';
import { readCandidates } from './series-facts.ts';
import type { StudyDescription } from './series-description.ts';
import type { Station } from './station.ts';

/** The series of one job to be, or why they cannot be told. */
interface Wanted {
  /** Tells jobs of one stream and arrival apart: the SeriesInstanceUID where there is one job a series. */
  readonly cause: string;
  readonly selected: readonly SelectedSeries[];
  readonly unselectable?: Failure;
}

/** @returns the JobIds, also of jobs that were there already */
export async function makeJobs(
  station: Station, stream: Stream, claim: Claim, study: StudyDescription,
): Promise<string[]> {
  const wanted = await findWanted(station, stream, claim);
  if (wanted.length === 0) {
    station.events.write({
      event: 'nothing-selected', stream: stream.name,
      StudyInstanceUID: study.StudyInstanceUID, AccessionNumber: study.AccessionNumber,
    });
  }
  const JobIds: string[] = [];
  for (const { cause, selected, unselectable } of wanted) {
    const job: Job = {
      JobId: jobId(claim.arrivedAt, stream.name, `${claim.markName}\n${cause}`),
      stream: stream.name,
      createdAt: station.now().toISOString(),
      arrival: claim.origin,
      selected,
      relay: stream.cores.length === 0,
      ...(unselectable === undefined ? {} : { unselectable }),
      AccessionNumber: study.AccessionNumber,
      PatientID: study.PatientID,
    };
    const made = await withLease(station.layout, jobLease(job.JobId), (lease) => makeJob(lease, station.layout, job));
    if (made === true) station.events.write({ event: 'job-made', ...aboutJob(job) });
    if (made === 'busy' && await findJobState(station.layout, job.JobId) === undefined) {
      // Its owner on another host may have died: the claim stays for the next tick.
      throw new LeaseLost(jobLease(job.JobId));
    }
    JobIds.push(job.JobId);
  }
  return JobIds;
}

async function findWanted(station: Station, stream: Stream, claim: Claim): Promise<Wanted[]> {
  const statement = parseStatement(stream.cores[0]?.select);
  if (Array.isArray(statement)) throw new Error(`select statement of ${stream.name} was not checked before`);
  const facts = await readFacts(station, statement, claim);
  const selection = selectSeries(statement, facts, claim.origin.StudyInstanceUID);
  if (selection.kind === 'ambiguous') {
    const [{ SeriesInstanceUID, clauses } = { SeriesInstanceUID: '', clauses: [] }] = selection.ambiguities;
    const names = clauses.map(({ name, number }) => `${number}: ${name}`);
    return [{ cause: '', selected: [], unselectable: { reason: 'selection-ambiguous', SeriesInstanceUID, names } }];
  }
  return selection.jobs.map((selected) => ({ cause: causeOf(statement, selected), selected }));
}

/**
 * What tells a job from others of the same statement and arrival: its series, its patient's studies. Of a study or the
 * project there is one job, whatever came in since an interrupted run.
 */
function causeOf(statement: Statement, selected: readonly SelectedSeries[]): string {
  const level = statement.kind === 'glob' ? 'series' : statement.level;
  switch (level) {
    case 'series': return selected.map(({ SeriesInstanceUID }) => SeriesInstanceUID).join();
    case 'patient': return [...new Set(selected.map(({ StudyInstanceUID }) => StudyInstanceUID))].sort().join();
    case 'study': case 'project': return '';
  }
}

async function readFacts({ layout }: Station, statement: Statement, { origin }: Claim): Promise<SeriesFacts[]> {
  const facts = await readCandidates(layout, statement, origin.StudyInstanceUID);
  if (origin.SeriesInstanceUID === undefined) return facts;
  return facts.filter((series) => series.SeriesInstanceUID === origin.SeriesInstanceUID);
}
