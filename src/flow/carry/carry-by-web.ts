// Takes instances to a DICOMweb server by STOW-RS.

import type { DicomwebDestination } from '../../config/destination.ts';
import { readHeader } from '../../dicom/header.ts';
import { isUID } from '../../dicom/uid.ts';
import { storeOverWeb } from '../../network/web/store-over-web.ts';
import { groupBy } from '../group-by.ts';
import type { Carried, CarryHooks, OutgoingInstance, Shipment } from './carry.ts';
import { webPeerOf } from './web-peer-of.ts';

/** What is sent to one address. */
interface Parcel {
  readonly instances: readonly OutgoingInstance[];
  /** Set where it is part of the address. */
  readonly StudyInstanceUID?: string;
}

export async function carryByWeb(
  destination: DicomwebDestination, { instances }: Shipment, { answered, signal }: CarryHooks,
): Promise<Carried> {
  const parcels = destination.studyInURL ? await byStudy(instances, answered) : [{ instances }];
  const limits = { bytes: destination.batchBytes, instances: destination.batchInstances };
  const peer = webPeerOf(destination);
  for (const parcel of parcels) {
    const carried = await storeOverWeb(peer, parcel.instances, { ...parcel, limits }, { answered, signal });
    if (carried.failure !== undefined || carried.stopped === true) return carried;
  }
  return {};
}

async function byStudy(
  instances: readonly OutgoingInstance[], answered: CarryHooks['answered'],
): Promise<Parcel[]> {
  const found: { readonly instance: OutgoingInstance; readonly StudyInstanceUID: string }[] = [];
  for (const instance of instances) {
    const { file } = instance;
    const header = await readHeader(file);
    const StudyInstanceUID = 'notDicom' in header ? undefined : header.text('StudyInstanceUID');
    const text = 'notDicom' in header ? header.notDicom : 'it has no StudyInstanceUID';
    if (StudyInstanceUID !== undefined && isUID(StudyInstanceUID)) found.push({ instance, StudyInstanceUID });
    else await answered({ instance, failure: { reason: 'instance-unreadable', file, text } });
  }
  const studies = [...groupBy(found, ({ StudyInstanceUID }) => StudyInstanceUID)];
  return studies.map(([StudyInstanceUID, group]) => {
    return { StudyInstanceUID, instances: group.map(({ instance }) => instance) };
  });
}
