// Finds deliveries for people: by state, stream, destination, study, accession number or patient.

import type { Failure } from '../../job/failure.ts';
import { DELIVERY_STATES, type DeliveryState } from '../../job/delivery-state.ts';
import { findDelivery, listDeliveryIds, type StoredDelivery } from '../../spool/delivery-store.ts';
import type { Layout } from '../../spool/layout.ts';
import { faultOf } from '../fault.ts';

/** What a delivery must be to be found; what is absent is not asked for. */
export interface DeliveryFilter {
  readonly state?: DeliveryState;
  readonly stream?: string;
  readonly destination?: string;
  readonly accession?: string;
  readonly patient?: string;
  readonly study?: string;
  /** Made then or later. */
  readonly since?: Date;
}

/**
 * In order of their states, then of arrival.
 * @param unreadable told of deliveries whose files cannot be read; they are left out
 */
export async function findDeliveries(
  layout: Layout, filter: DeliveryFilter, unreadable: (DeliveryId: string, why: Failure) => void = () => undefined,
): Promise<StoredDelivery[]> {
  const found: StoredDelivery[] = [];
  for (const state of filter.state === undefined ? DELIVERY_STATES : [filter.state]) {
    for (const DeliveryId of await listDeliveryIds(layout, state)) {
      try {
        const stored = await findDelivery(layout, state, DeliveryId);
        if (stored !== undefined && fits(stored, filter)) found.push(stored);
      } catch (thrown) {
        unreadable(DeliveryId, faultOf(thrown, layout.delivery(state, DeliveryId))); // it must not hide the others
      }
    }
  }
  return found;
}

function fits({ delivery }: StoredDelivery, filter: DeliveryFilter): boolean {
  const { stream, destination, accession, patient, study, since } = filter;
  return (stream === undefined || delivery.stream === stream)
    && (destination === undefined || delivery.destination === destination)
    && (accession === undefined || delivery.AccessionNumber === accession)
    && (patient === undefined || delivery.PatientID === patient)
    && (study === undefined || delivery.StudyInstanceUID === study)
    && (since === undefined || Date.parse(delivery.createdAt) >= since.getTime());
}
