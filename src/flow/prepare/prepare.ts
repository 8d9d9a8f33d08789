// Makes of a delivery's instances what leaves for a destination: as they lie, where nothing asks for a change.

import { readFileMeta } from '../../dicom/file-meta.ts';
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
  const instances: OutgoingInstance[] = [];
  const unfit: { SOPInstanceUID: string; failure: Failure }[] = [];
  for (const { SOPInstanceUID, SOPClassUID } of wanted) {
    const file = folder.instance(SOPInstanceUID);
    const meta = await readFileMeta(file);
    if ('notDicom' in meta) {
      unfit.push({ SOPInstanceUID, failure: { reason: 'instance-unreadable', file, text: meta.notDicom } });
    } else {
      instances.push({ file, SOPClassUID, SOPInstanceUID, ...meta, originalSOPInstanceUID: SOPInstanceUID });
    }
  }
  return { instances, unfit };
}
