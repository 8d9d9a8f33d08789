// Makes of a delivery's instances what leaves for a destination: as they lie, where nothing asks for a change.

import type { Failure } from '../../job/failure.ts';
import type { ResultInstance } from '../../job/job.ts';
import type { StoredDelivery } from '../../spool/delivery-store.ts';
import type { OutgoingInstance } from '../carry/carry.ts';

/** What there is to send, and why some cannot leave. */
export interface Prepared {
  readonly instances: readonly OutgoingInstance[];
  readonly unfit: readonly { readonly SOPInstanceUID: string; readonly failure: Failure }[];
}

/** @param wanted those of the delivery's instances that still have to be stored */
export async function prepareInstances(
  { folder }: StoredDelivery, wanted: readonly ResultInstance[],
): Promise<Prepared> {
  return {
    instances: wanted.map(({ SOPInstanceUID, SOPClassUID, TransferSyntaxUID }) => ({
      file: folder.instance(SOPInstanceUID), SOPClassUID, SOPInstanceUID, TransferSyntaxUID,
      originalSOPInstanceUID: SOPInstanceUID,
    })),
    unfit: [],
  };
}
