// Asks a peer whether it is there and talks DICOM with us: C-ECHO (PS3.4 annex A).

import { VERIFICATION_SOP_CLASS } from '../dicom/sop-classes.ts';
import { formatStatus, SUCCESS } from '../dicom/status.ts';
import { IMPLICIT_VR_LITTLE_ENDIAN } from '../dicom/transfer-syntaxes.ts';
import type { Failure } from '../job/failure.ts';
import { COMMAND_FIELD, NO_DATASET } from './command-set.ts';
import { openAssociation } from './open-association.ts';
import type { Peer } from './peer.ts';

/** Connects, opens an association, asks, releases. The time is that from the first packet to the answer. */
export async function echo(
  peer: Peer,
  signal?: AbortSignal,
): Promise<{ readonly echoed: true; readonly milliseconds: number } | Failure> {
  const begin = performance.now();
  const context = {
    id: 1,
    SOPClassUID: VERIFICATION_SOP_CLASS,
    TransferSyntaxUID: IMPLICIT_VR_LITTLE_ENDIAN, // every application entity must accept it (PS3.5 section 10.1)
  };
  const association = await openAssociation(peer, [context], signal);
  if ('failure' in association) return association.failure;
  if (!association.accepts(context)) {
    await association.release();
    const { SOPClassUID, TransferSyntaxUID } = context;
    return { reason: 'context-refused', SOPClassUID, TransferSyntaxUID };
  }
  const { MessageID, command } = association.encodeRequest(context, {
    AffectedSOPClassUID: VERIFICATION_SOP_CLASS,
    CommandField: COMMAND_FIELD['C-ECHO-RQ'],
    CommandDataSetType: NO_DATASET,
  });
  const failed = await association.write(command);
  if (failed !== undefined) return failed.failure;
  const response = await association.response(MessageID, 'C-ECHO-RSP');
  if ('failure' in response) return response.failure;
  const milliseconds = performance.now() - begin;
  await association.release();
  if (response.Status === SUCCESS) return { echoed: true, milliseconds };
  return { reason: 'peer-rejected', permanent: true, text: `answered C-ECHO ${formatStatus(response.Status)}` };
}
