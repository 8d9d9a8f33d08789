// Deliveries on disk: finding them and moving them from state to state. See docs/INTERNALS.md, "Deliveries".
//
// Promises: a delivery is in exactly one state at any instant, and a move is one rename. Deliveries are made under the
// job's lease and moved under the destination's.

import { basename, dirname, join } from 'node:path';
import { DELIVERY_STATES, isOpenDelivery, mayMoveDelivery, type DeliveryState } from '../job/delivery-state.ts';
import type { Answer, Delivery } from '../job/delivery.ts';
import type { Members } from '../job/route.ts';
import { DamagedFile } from './damaged-file.ts';
import {
  linkOrKeep, makeDirectoryDurable, moveDurable, removeTree, syncDirectory, writeJsonDurable,
} from './durable.ts';
import { DeliveryFolder, type Layout } from './layout.ts';
import type { Lease } from './lease.ts';
import { exists, findJson, findJsonLines, findText, isId, listDirectory, parseLine } from './read.ts';
import { putTicket } from './tickets.ts';

/** A delivery where it lies now. */
export interface StoredDelivery {
  readonly state: DeliveryState;
  readonly folder: DeliveryFolder;
  readonly delivery: Delivery;
}

/** Ids of the deliveries in a state, oldest arrival first. What else somebody put there is passed over. */
export async function listDeliveryIds(layout: Layout, state: DeliveryState): Promise<string[]> {
  return (await listDirectory(layout.deliveriesIn(state))).filter(isId);
}

/** The state of a delivery, undefined where there is no such delivery. */
export async function findDeliveryState(layout: Layout, DeliveryId: string): Promise<DeliveryState | undefined> {
  for (const state of DELIVERY_STATES) {
    if (await exists(layout.delivery(state, DeliveryId))) return state;
  }
  return undefined;
}

/**
 * A delivery in a given state, undefined where it is not (or no longer) there.
 * @throws {DamagedFile} where somebody damaged its delivery.json, or took it away
 */
export async function findDelivery(
  layout: Layout, state: DeliveryState, DeliveryId: string,
): Promise<StoredDelivery | undefined> {
  const folder = layout.deliveryFolder(state, DeliveryId);
  const delivery = await findJson<Delivery>(folder.delivery);
  if (delivery === undefined && await exists(folder.path)) throw new DamagedFile(folder.delivery, 'it is gone');
  return delivery === undefined ? undefined : { state, folder, delivery };
}

/**
 * Makes a delivery, in `pending`, with hard links to its instances. One that exists in any state is left as it is.
 * @param lease the job's
 * @param files absolute paths of the instances, named `<SOPInstanceUID>.dcm`
 * @returns whether it was made now
 */
export async function makeDelivery(
  lease: Lease, layout: Layout, delivery: Delivery, files: readonly string[],
): Promise<boolean> {
  if (await findDeliveryState(layout, delivery.DeliveryId) !== undefined) return false;
  const making = layout.deliveryBeingMade(delivery.DeliveryId);
  await removeTree(making.path);
  await makeDirectoryDurable(making.instances);
  for (const file of files) await linkOrKeep(file, join(making.instances, basename(file)));
  await syncDirectory(making.instances);
  await writeJsonDurable(making.delivery, delivery);
  await makeDirectoryDurable(layout.deliveriesIn('pending'));
  lease.assertHeld();
  await moveDurable(making.path, layout.delivery('pending', delivery.DeliveryId)); // commit: the delivery exists
  return true;
}

/**
 * Moves a delivery. Its job is looked at whenever one has ended: the ticket is made before, for a crash in between, and
 * after, for whoever looked in between. @param lease the destination's
 */
export async function moveDelivery(
  lease: Lease, layout: Layout, stored: StoredDelivery, to: DeliveryState,
): Promise<StoredDelivery> {
  const { DeliveryId, JobId } = stored.delivery;
  if (!mayMoveDelivery(stored.state, to)) throw new Error(`illegal move of ${DeliveryId}: ${stored.state} to ${to}`);
  const path = layout.delivery(to, DeliveryId);
  await makeDirectoryDurable(dirname(path));
  const ends = !isOpenDelivery(to);
  if (ends) putTicket(layout, 'forwarding', JobId);
  lease.assertHeld();
  await moveDurable(stored.folder.path, path); // commit
  if (ends) putTicket(layout, 'forwarding', JobId);
  return { state: to, folder: new DeliveryFolder(path), delivery: stored.delivery };
}

/** The answers so far, in the order in which they came. */
export async function findAnswers(folder: DeliveryFolder): Promise<Answer[]> {
  return findJsonLines<Answer>(folder.answers);
}

/** What came of the tries at each destination of a choice. One that somebody damaged is as good as none. */
export async function findMembers(folder: DeliveryFolder): Promise<Members> {
  const [members = {}] = parseLine<Members>(await findText(folder.members) ?? '');
  return members;
}
