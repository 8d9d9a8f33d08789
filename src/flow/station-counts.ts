// How much of everything there is on a data directory: arrivals, jobs and deliveries by state, room on the disk.

import { DELIVERY_STATES, type DeliveryState } from '../job/delivery-state.ts';
import { JOB_STATES, type JobState } from '../job/job-state.ts';
import { listClaims, listMarks } from '../spool/arrivals.ts';
import { listDeliveryIds } from '../spool/delivery-store.ts';
import { listJobIds } from '../spool/job-store.ts';
import { exists, listDirectory } from '../spool/read.ts';
import { isShort, neededBytes, readSpace, type Space } from '../spool/space.ts';
import type { Station } from './station.ts';

export interface StationCounts {
  readonly arrivals: { readonly arriving: number; readonly claimed: number; readonly setAside: number };
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
  const { marks, strangers } = await listMarks(layout);
  return {
    arrivals: {
      arriving: marks.filter(({ origin }) => origin.SeriesInstanceUID === undefined).length,
      claimed: (await listClaims(layout)).length,
      setAside: (await listDirectory(layout.rejected)).length + strangers.length,
    },
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
