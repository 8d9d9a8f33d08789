// The lease under which cores are started. Those that run on this host are counted over the station and all its sites:
// the host is one, whatever data directory a job lies in. Other hosts start theirs at the same time; the slots of cores
// that run elsewhere they share.

import { hostname } from 'node:os';
import type { CoreSpecification } from '../../config/core-specification.ts';
import { usesHost } from '../../config/uses-host.ts';
import { hasCode } from '../../spool/error-code.ts';
import { Layout } from '../../spool/layout.ts';
import { withLease } from '../../spool/lease.ts';
import { exists } from '../../spool/read.ts';
import type { Station } from '../station.ts';

/** A disk where no lease can be taken, and so no core started either: unmounted, read-only (also ENOENT), full. */
const UNWRITABLE = ['EACCES', 'ENOENT', 'EROFS', 'ENOSPC', 'EDQUOT'];

/**
 * Does work while nobody else starts a core of the kind. A data directory that cannot be written holds up nobody but its
 * own jobs. @returns 'busy', without having begun, where somebody does
 */
export async function withSlots<T>(
  station: Station, core: CoreSpecification, work: () => Promise<T>,
): Promise<T | 'busy'> {
  const layouts = await layoutsOf(station);
  const name = slotsLease(core);
  return layouts.reduceRight<() => Promise<T | 'busy'>>(
    (inner, layout) => () => withLeaseOf(layout, name, inner, layout.datadir === station.layout.datadir), work,
  )();
}

async function withLeaseOf<T>(
  layout: Layout, name: string, work: () => Promise<T | 'busy'>, isNeeded: boolean,
): Promise<T | 'busy'> {
  let hasBegun = false;
  try {
    return await withLease(layout, name, () => {
      hasBegun = true;
      return work();
    });
  } catch (error) {
    if (hasBegun || isNeeded || !hasCode(error, ...UNWRITABLE)) throw error;
    return work();
  }
}

/** Name of the lease that whoever starts a core must hold in every data directory. */
export function slotsLease(core: Pick<CoreSpecification, 'executor'>): string {
  return usesHost(core) ? `slots ${hostname()}` : 'slots elsewhere';
}

/** In an order that is the same for all, so that of two who want every lease one gets the first and then the rest. */
export async function layoutsOf({ configuration, layout }: Station): Promise<Layout[]> {
  const layouts = [layout];
  for (const datadir of configuration.datadirs) {
    if (datadir !== layout.datadir && await exists(datadir)) layouts.push(new Layout(datadir));
  }
  return layouts.sort((one, other) => (one.datadir < other.datadir ? -1 : 1));
}
