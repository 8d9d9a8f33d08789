// How much of everything there is on a data directory: arrivals, jobs and deliveries by state, room on the disk.

import { DELIVERY_STATES, type DeliveryState } from '../../job/delivery-state.ts';
import { JOB_STATES, type JobState } from '../../job/job-state.ts';
import { listDeliveryIds } from '../../spool/delivery-store.ts';
import { listJobIds } from '../../spool/job-store.ts';
import { exists, listDirectory } from '../../spool/read.ts';
import { isShort, neededBytes, readSpace, type Space } from '../../spool/space.ts';
import { listWaits, type ArrivalWait } from '../arrival/list-waits.ts';
import type { Station } from '../station.ts';
import { isClaim, surveyArrivals } from '../arrival/survey-arrivals.ts';

export interface StationCounts {
  readonly arrivals: {
    /** Studies that came in and have been decided for no stream. */
    readonly arriving: number;
    /** Claimed, and some stream waits. */
    readonly waiting: number;
    /** Claimed and being seen to. */
    readonly claimed: number;
    readonly setAside: number;
  };
  readonly waits: readonly ArrivalWait[];
  readonly jobs: Readonly<Record<JobState, number>>;
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
  /** Absent where there is no data directory yet. */
  readonly disk?: DiskReport;
}

interface DiskReport extends Space {
  readonly neededBytes: number;
  readonly short: boolean;
}

export async function countStation(station: Station): Promise<StationCounts> {
  const { layout } = station;
  const { arrivals, strangers } = await surveyArrivals(station);
  const claims = arrivals.filter(({ found }) => isClaim(found));
  const waiting = claims.filter(({ course }) => course === 'leave').length;
  return {
    arrivals: {
      arriving: arrivals.filter(({ found, origin }) => !isClaim(found) && origin.SeriesInstanceUID === undefined).length,
      waiting,
      claimed: claims.length - waiting,
      setAside: (await listDirectory(layout.rejected)).length + strangers.length,
    },
    waits: listWaits(arrivals),
    jobs: await countBy(JOB_STATES, (state) => listJobIds(layout, state)),
    deliveries: await countBy(DELIVERY_STATES, (state) => listDeliveryIds(layout, state)),
    ...(await exists(layout.datadir) ? { disk: await lookAtDisk(station) } : {}),
  };
}

async function lookAtDisk({ layout, configuration: { limits } }: Station): Promise<DiskReport> {
  const space = await readSpace(layout.datadir);
  return { ...space, neededBytes: neededBytes(space, limits), short: isShort(space, limits) };
}

async function countBy<State extends string>(
  states: readonly State[], list: (state: State) => Promise<string[]>,
): Promise<Record<State, number>> {
  const counts: Partial<Record<State, number>> = {};
  for (const state of states) counts[state] = (await list(state)).length;
  return counts as Record<State, number>;
}
