// The slots in which cores run: `limits.jobs` of them, shared by the station and its sites. The host that they spare is
// one, whatever data directory a job lies in.

import { listJobIds } from '../spool/job-store.ts';
import { Layout } from '../spool/layout.ts';
import { withLease } from '../spool/lease.ts';
import { exists } from '../spool/read.ts';
import type { Station } from './station.ts';

/** Does work while nobody else takes a slot. @returns 'busy', without having begun, where somebody does */
export async function withSlots<T>(station: Station, work: () => Promise<T>): Promise<T | 'busy'> {
  const layouts = await layoutsOf(station);
  return layouts.reduceRight<() => Promise<T | 'busy'>>(
    (inner, layout) => () => withLease(layout, 'slots', inner), work,
  )();
}

/** How many cores run, here and at all others that share the slots. */
export async function countRunning(station: Station): Promise<number> {
  const running = await Promise.all((await layoutsOf(station)).map((layout) => listJobIds(layout, 'running')));
  return running.flat().length;
}

/** In an order that is the same for all, so that of two who want every lease one gets the first and then the rest. */
async function layoutsOf({ configuration, layout }: Station): Promise<Layout[]> {
  const layouts = [layout];
  for (const datadir of configuration.datadirs) {
    if (datadir !== layout.datadir && await exists(datadir)) layouts.push(new Layout(datadir));
  }
  return layouts.sort((one, other) => (one.datadir < other.datadir ? -1 : 1));
}
