// Moves a delivery on from where it was tried. The event is written before the rename that it tells of: after a crash
// it may stand twice, but no move goes without one. The lease is always the delivery's.

import type { DeliveryCommitment } from '../../job/commitment.ts';
import type { DeliveryHeld } from '../../job/delivery.ts';
import type { Failure } from '../../job/failure.ts';
import { moveDelivery, type StoredDelivery } from '../../spool/delivery-store.ts';
import { removeFileDurable, writeJsonDurable } from '../../spool/durable.ts';
import { removeClock } from '../../spool/job-store.ts';
import type { Lease } from '../../spool/lease.ts';
import { findJson } from '../../spool/read.ts';
import { aboutDelivery } from '../about.ts';
import { removeCopies } from '../prepare/prepare.ts';
import type { Station } from '../station.ts';

/** Until a person has looked. */
export async function holdDelivery(
  lease: Lease, station: Station, stored: StoredDelivery, failure: Failure,
): Promise<'held'> {
  const held: DeliveryHeld = { heldAt: station.now().toISOString(), failure };
  await writeJsonDurable(stored.folder.held, held);
  lease.assertHeld();
  const isStored = stored.state === 'confirming' ? { isStored: true } as const : {};
  station.events.write({ event: 'delivery-held', ...aboutDelivery(stored.delivery), failure, ...isStored });
  await moveDelivery(lease, station.layout, stored, 'held');
  return 'held';
}

export async function failDelivery(
  lease: Lease, station: Station, stored: StoredDelivery, failures: readonly Failure[],
): Promise<'failed'> {
  await writeJsonDurable(stored.folder.failures, failures);
  lease.assertHeld();
  station.events.write({ event: 'delivery-failed', ...aboutDelivery(stored.delivery), failures });
  await moveDelivery(lease, station.layout, stored, 'failed');
  return 'failed';
}

/** @param ending how long sending took, or confirming where it was `committed`; of a choice, who has it */
export async function finishDelivery(
  lease: Lease, station: Station, stored: StoredDelivery,
  ending: { readonly seconds: number; readonly at?: string; readonly committed?: true },
): Promise<'done'> {
  await removeClock(stored.folder);
  if (stored.state === 'failed') await removeFileDurable(stored.folder.failures); // it was committed after all
  await removeCopies(stored);
  lease.assertHeld();
  station.events.write({ event: 'delivery-done', ...aboutDelivery(stored.delivery), ...amountOf(stored), ...ending });
  await moveDelivery(lease, station.layout, stored, 'done');
  return 'done';
}

/** All is stored at `destination`, which is to commit itself to keep it. */
export async function awaitCommitment(
  lease: Lease, station: Station, stored: StoredDelivery,
  { seconds, destination }: { readonly seconds: number; readonly destination: string },
): Promise<'confirming'> {
  const { folder } = stored;
  const before = await findJson<DeliveryCommitment>(folder.transaction);
  const isSame = before?.destination === destination;
  const commitment: DeliveryCommitment = isSame ? before : { destination, committed: [], transactions: [] };
  if (!isSame) await writeJsonDurable(folder.transaction, commitment);
  await removeClock(folder);
  lease.assertHeld();
  const about = { ...aboutDelivery(stored.delivery), ...amountOf(stored), seconds, at: destination };
  station.events.write({ event: 'delivery-confirming', ...about });
  await moveDelivery(lease, station.layout, stored, 'confirming');
  return 'confirming';
}

function amountOf({ delivery: { instances } }: StoredDelivery): { readonly instances: number; readonly bytes: number } {
  return { instances: instances.length, bytes: instances.reduce((sum, instance) => sum + instance.bytes, 0) };
}
