// Why deliveries wait, for one screen: those that wait for the same count together.

import { failureText } from '../../job/failure-text.ts';
import { isTemporary } from '../../job/failure.ts';
import type { HeldDestination } from '../../job/held-destination.ts';
import type { PlaceTrouble } from '../../job/place-trouble.ts';
import { findDelivery, listDeliveryIds } from '../../spool/delivery-store.ts';
import { listHeldDestinations } from '../../spool/held-destinations.ts';
import { listTroubles } from '../../spool/place-troubles.ts';
import { whyDeliveryWaits } from '../delivery/why-delivery-waits.ts';
import { faultOf } from '../fault.ts';
import { groupBy } from '../group-by.ts';
import { mapSideBySide } from '../side-by-side.ts';
import type { Station } from '../station.ts';

export interface DeliveryWaits {
  /** That wait for something else than their next try, the most first. */
  readonly deliveryWaits: readonly { readonly text: string; readonly count: number }[];
  /** How many of them a person has to mend. */
  readonly damagedDeliveries: number;
  readonly heldDestinations: readonly HeldDestination[];
  /** Places that do not work, longest trouble first. */
  readonly troubles: readonly PlaceTrouble[];
}

export async function reportDeliveryWaits(station: Station): Promise<DeliveryWaits> {
  const { layout } = station;
  let damagedDeliveries = 0;
  const texts = (await mapSideBySide(await listDeliveryIds(layout, 'pending'), async (DeliveryId) => {
    try {
      const stored = await findDelivery(layout, 'pending', DeliveryId);
      const wait = stored === undefined ? undefined : await whyDeliveryWaits(station, stored);
      return wait === undefined || wait.waitsFor === 'retry' ? [] : [wait.text];
    } catch (thrown) {
      const failure = faultOf(thrown, layout.delivery('pending', DeliveryId));
      if (!isTemporary(failure)) damagedDeliveries += 1;
      return [`for a person: ${failureText(failure)}`];
    }
  })).flat();
  const deliveryWaits = [...groupBy(texts, (text) => text)].map(([text, same]) => ({ text, count: same.length }));
  return {
    deliveryWaits: deliveryWaits.sort((one, other) => other.count - one.count),
    damagedDeliveries,
    heldDestinations: await listHeldDestinations(layout),
    troubles: await listTroubles(layout),
  };
}
