// Takes instances to a DICOM node by C-STORE.

import type { DicomDestination } from '../../config/destination.ts';
import { DEFAULT_MAXIMUM_PDU_LENGTH, DEFAULT_PEER_TIMEOUTS, type Peer } from '../../network/peer.ts';
import { sendInstances } from '../../network/store-scu.ts';
import type { Carried, CarryHooks, OutgoingInstance, Shipment } from './carry.ts';
import { tlsFilesOf } from './tls-files.ts';

export async function carryByDimse(
  destination: DicomDestination, { instances }: Shipment, { answered, signal }: CarryHooks,
): Promise<Carried> {
  const bySOPInstanceUID = new Map(instances.map((instance) => [instance.SOPInstanceUID, instance]));
  const instanceOf = (SOPInstanceUID: string): OutgoingInstance => {
    const instance = bySOPInstanceUID.get(SOPInstanceUID);
    if (instance === undefined) throw new Error(`an answer for ${SOPInstanceUID}, which was not to be sent`);
    return instance;
  };
  return sendInstances(peerOf(destination), instances, {
    answered: async ({ SOPInstanceUID, ...answer }) => answered({ instance: instanceOf(SOPInstanceUID), ...answer }),
    signal,
    transferSyntaxes: destination.transferSyntaxes,
  });
}

/** How a DICOM node is called. */
export function peerOf({ IP, PORT, AETitle, OwnAETitle, tls }: DicomDestination): Peer {
  return {
    address: IP, port: PORT, calledAETitle: AETitle, callingAETitle: OwnAETitle,
    timeouts: DEFAULT_PEER_TIMEOUTS, maximumPDULength: DEFAULT_MAXIMUM_PDU_LENGTH,
    ...(tls === undefined ? {} : { tls: tlsFilesOf(tls) }),
  };
}
