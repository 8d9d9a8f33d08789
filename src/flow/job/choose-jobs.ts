// In which order jobs are looked at: those of urgent streams first, then of normal ones, then offpeak; of these, jobs
// near their end first, so that what has begun leaves before more is begun; of these, the oldest arrival.
//
// Jobs in the states of which there are few are found in their folders, the others by their tickets (spool/tickets.ts).
// Nothing that a hundred thousand jobs cost is done here.

import type { Stream } from '../../config/configuration.ts';
import { nameInIds, streamInJobId } from '../../job/job-id.ts';
import { isQueued, NEAREST_END_FIRST, type JobState, type QueuedJobState } from '../../job/job-state.ts';
import { listJobIds } from '../../spool/job-store.ts';
import { exists } from '../../spool/read.ts';
import { listQueuedStreams } from '../../spool/ticket-folders.ts';
import { dueTickets, makeDue } from '../../spool/tickets.ts';
import { roomToStage } from '../stage/room-to-stage.ts';
import type { Station } from '../station.ts';
import { PRIORITIES, rankOf } from '../stream-of.ts';

export interface Candidate {
  readonly state: JobState;
  readonly JobId: string;
}

/** Goes on from what the one before has come to: it may have moved, and another takes its place. */
export async function* chooseJobs(station: Station): AsyncGenerator<Candidate, void, undefined> {
  const streams = streamsByName(station);
  const rankOfName = (name: string): number => Math.min(...(streams.get(name) ?? [undefined]).map(rankOf));
  for (const rank of PRIORITIES.keys()) {
    const isOfRank = (name: string): boolean => rankOfName(name) === rank;
    for (const state of NEAREST_END_FIRST) {
      if (isQueued(state)) {
        yield* byTickets(station, state, streams, isOfRank);
        continue;
      }
      for (const JobId of await listJobIds(station.layout, state)) {
        if (isOfRank(streamInJobId(JobId))) yield { state, JobId };
      }
    }
  }
}

/** By the names that stand in JobIds, which several may share. */
function streamsByName({ configuration }: Station): Map<string, Stream[]> {
  const streams = new Map<string, Stream[]>();
  for (const stream of configuration.streams) {
    const name = nameInIds(stream.name);
    streams.set(name, [...streams.get(name) ?? [], stream]);
  }
  return streams;
}

/** The queues of several streams, as one: the oldest of the first of each. */
async function* byTickets(
  station: Station, state: QueuedJobState, streams: ReadonlyMap<string, readonly Stream[]>,
  isOfRank: (name: string) => boolean,
): AsyncGenerator<Candidate, void, undefined> {
  const { layout } = station;
  const queues: Queue[] = [];
  for (const name of listQueuedStreams(layout, state).filter(isOfRank)) {
    makeDue(layout, state, name, station.now());
    const room = state === 'pending' ? await roomToStage(station, streams.get(name) ?? []) : Infinity;
    if (room > 0) advanceQueue(queues, { tickets: dueTickets(layout, state, name), room, first: '' });
  }
  for (let queue = oldestOf(queues); queue !== undefined; queue = oldestOf(queues)) {
    const JobId = queue.first;
    yield { state, JobId };
    queues.splice(queues.indexOf(queue), 1);
    if (!await exists(layout.job(state, JobId))) queue.room -= 1;
    if (queue.room > 0) advanceQueue(queues, queue);
  }
}

/** Due tickets of one stream. */
interface Queue {
  readonly tickets: Iterator<string, void>;
  /** How many more of its jobs may leave the state. */
  room: number;
  first: string;
}

/** Takes its next ticket, and puts it to the others while it has one. */
function advanceQueue(queues: Queue[], queue: Queue): void {
  const next = queue.tickets.next();
  if (next.done === true) return;
  queue.first = next.value;
  queues.push(queue);
}

function oldestOf(queues: readonly Queue[]): Queue | undefined {
  return queues.reduce<Queue | undefined>((oldest, queue) => {
    return oldest === undefined || queue.first < oldest.first ? queue : oldest;
  }, undefined);
}
