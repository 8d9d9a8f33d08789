// Finds jobs for people: by state, stream, study, accession number or patient, since a time.

import { JOB_STATES, type JobState } from '../../job/job-state.ts';
import type { Failure } from '../../job/failure.ts';
import { parseStamp } from '../../job/stamp.ts';
import { findJob, findJobState, listJobIds, type StoredJob } from '../../spool/job-store.ts';
import type { Layout } from '../../spool/layout.ts';
import { faultOf } from '../fault.ts';

/** What a job must be to be found; what is absent is not asked for. */
export interface JobFilter {
  readonly state?: JobState;
  readonly stream?: string;
  readonly accession?: string;
  readonly patient?: string;
  readonly study?: string;
  /** Of the arrival. */
  readonly since?: Date;
}

/**
 * In order of their states along the way, then of arrival.
 * @param unreadable told of jobs whose files cannot be read; they are left out
 */
export async function findJobs(
  layout: Layout, filter: JobFilter, unreadable: (JobId: string, why: Failure) => void = () => undefined,
): Promise<StoredJob[]> {
  const found: StoredJob[] = [];
  for (const state of filter.state === undefined ? JOB_STATES : [filter.state]) {
    for (const JobId of await listJobIds(layout, state)) {
      const arrivedAt = parseStamp(JobId.slice(0, JobId.indexOf('-')));
      if (filter.since !== undefined && (arrivedAt === undefined || arrivedAt < filter.since)) continue;
      try {
        const stored = await findJob(layout, state, JobId);
        if (stored !== undefined && fits(stored, filter)) found.push(stored);
      } catch (thrown) {
        unreadable(JobId, faultOf(thrown, layout.job(state, JobId))); // it must not hide the others
      }
    }
  }
  return found;
}

/** The job of an id, in whatever state. */
export async function findJobById(layout: Layout, JobId: string): Promise<StoredJob | undefined> {
  const state = await findJobState(layout, JobId);
  return state === undefined ? undefined : findJob(layout, state, JobId);
}

function fits({ job }: StoredJob, { stream, accession, patient, study }: JobFilter): boolean {
  return (stream === undefined || job.stream === stream)
    && (accession === undefined || job.AccessionNumber === accession)
    && (patient === undefined || job.PatientID === patient)
    && (study === undefined || job.arrival.StudyInstanceUID === study);
}
