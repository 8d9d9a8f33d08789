// Leases for tests of what may only be done under one.

import type { Lease } from '../../src/spool/lease.ts';
import { LeaseLost } from '../../src/spool/lease-lost.ts';

/** A lease that nobody disputes. */
export const HELD: Lease = { name: 'test', assertHeld: () => undefined };

/** A lease that another process has taken over. */
export const LOST: Lease = {
  name: 'test',
  assertHeld() {
    throw new LeaseLost('test');
  },
};
