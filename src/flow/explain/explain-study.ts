// Explains a study of the archive, arrival by arrival.

import type { JobState } from '../../job/job-state.ts';
import type { ArrivalOrigin } from '../../job/job.ts';
import { listRejected } from '../../spool/arrivals.ts';
import { exists, findJson, findJsonLines } from '../../spool/read.ts';
import { explainDeliveries, type ExplainedDestination } from './explain-deliveries.ts';
import { explainStreams, type ExplainedStream } from './explain.ts';
import type { FinishedArrival } from '../arrival/finish-arrival.ts';
import { findJobs } from '../job/find-jobs.ts';
import type { UnreadableFile } from '../arrival/read-study.ts';
import type { StudyDescription } from '../arrival/series-description.ts';
import { listWaits, type ArrivalWait } from '../arrival/list-waits.ts';
import type { Station } from '../station.ts';
import { whyJobWaits } from '../job/why-job-waits.ts';
import { readStudyToExplain } from './study-to-explain.ts';
import { isClaim, surveyArrivals } from '../arrival/survey-arrivals.ts';

export interface Explanation {
  readonly StudyInstanceUID: string;
  readonly archived: boolean;
  readonly description?: StudyDescription;
  /** Files of it in the archive that cannot be read. */
  readonly unreadable: readonly UnreadableFile[];
  readonly arrivals: readonly ExplainedArrival[];
  readonly jobs: readonly ExplainedJob[];
}

export interface ExplainedJob {
  readonly JobId: string;
  readonly state: JobState;
  /** What the job waits for, see why-job-waits.ts. */
  readonly waits?: string;
  readonly destinations: readonly ExplainedDestination[];
}

export interface ExplainedArrival {
  readonly origin: ArrivalOrigin;
  /** `waiting`: for more of it; `claimed`: being seen to; `rejected`: set aside; else what became of it. */
  readonly state: 'waiting' | 'claimed' | 'rejected' | 'wanted' | 'unwanted';
  readonly streams: readonly ExplainedStream[];
  /** The streams that wait, and for what. */
  readonly waits: readonly ArrivalWait[];
}

type Arrival = Omit<ExplainedArrival, 'streams'>;

/**
 * @param JobId of one of its jobs: only the arrival that it was made for is explained, and only this job told
 * @param destination of one of the job's deliveries: only this one is told
 */
export async function explainStudy(
  station: Station, StudyInstanceUID: string, JobId?: string, destination?: string,
): Promise<Explanation> {
  const { layout } = station;
  const description = await findJson<StudyDescription>(layout.studyDescription(StudyInstanceUID));
  const jobs = (await findJobs(layout, { study: StudyInstanceUID }))
    .filter(({ job }) => JobId === undefined || job.JobId === JobId);
  const study = await readStudyToExplain(station, StudyInstanceUID);
  const arrivals: ExplainedArrival[] = [];
  for (const arrival of await findArrivals(station, StudyInstanceUID)) {
    const isMeant = JobId === undefined || jobs.some(({ job }) => isSameArrival(job.arrival, arrival.origin));
    if (isMeant) arrivals.push({ ...arrival, streams: await explainStreams(station, arrival.origin, study) });
  }
  return {
    StudyInstanceUID,
    archived: await exists(layout.archivedStudy(StudyInstanceUID)),
    ...(description === undefined ? {} : { description }),
    unreadable: study.unreadable,
    arrivals,
    jobs: await Promise.all(jobs.map(async (stored): Promise<ExplainedJob> => {
      const { job: { JobId: id }, state } = stored;
      const waits = await whyJobWaits(station, state, id);
      const destinations = (await explainDeliveries(station, stored))
        .filter((one) => destination === undefined || one.destination === destination);
      return { JobId: id, state, ...(waits === undefined ? {} : { waits }), destinations };
    })),
  };
}

/** Whether something is of an arrival of a study; what is of a series has an arrival of its own, which came with it. */
function isSameArrival(one: ArrivalOrigin, other: ArrivalOrigin): boolean {
  return one.callingAETitle === other.callingAETitle && one.calledAETitle === other.calledAETitle
    && one.address === other.address && (one.SeriesInstanceUID !== undefined || one.arrivedAt === other.arrivedAt);
}

/** Finished ones first, each once, then what is set aside, claimed and arriving. */
async function findArrivals(station: Station, StudyInstanceUID: string): Promise<Arrival[]> {
  const { layout } = station;
  const finished = new Map<string, Arrival>();
  const lines = await findJsonLines<FinishedArrival>(layout.arrivalsOfStudy(StudyInstanceUID));
  for (const { arrival, origin, streams } of lines) {
    const ofSeries = lines.filter((line) => line.streams.length > 0 && isSameArrival(line.origin, origin));
    finished.set(arrival, { origin, state: streams.length + ofSeries.length > 0 ? 'wanted' : 'unwanted', waits: [] });
  }
  const surveyed = (await surveyArrivals(station)).arrivals;
  for (const { found } of surveyed) finished.delete(found.name); // it is not finished for every stream
  const current: Arrival[] = [
    ...(await listRejected(layout)).map(({ origin }) => ({ origin, state: 'rejected' as const, waits: [] })),
    ...surveyed.map((arriving): Arrival => {
      const isSeenTo = isClaim(arriving.found) && arriving.course === 'see-to';
      return { origin: arriving.origin, state: isSeenTo ? 'claimed' : 'waiting', waits: listWaits([arriving]) };
    }),
  ];
  return [...finished.values(), ...current.filter(({ origin }) => origin.StudyInstanceUID === StudyInstanceUID)]
    .filter(({ origin }) => origin.SeriesInstanceUID === undefined); // those of series are told with the study's own
}
