// Section 4.2.2.7: FORWARD as SCU of storage commitment.

import {
  COMMITMENT_EVENT, COMMITMENT_FAILURES, REQUEST_STORAGE_COMMITMENT, STORAGE_COMMITMENT_SOP_CLASS,
  STORAGE_COMMITMENT_SOP_INSTANCE,
} from '../dicom/commitment.ts';
import { IMPLICIT_VR_LITTLE_ENDIAN } from '../dicom/transfer-syntaxes.ts';
import { MOST_INSTANCES } from '../flow/commitment/ask-for-commitment.ts';
import { hex } from './codes.ts';
import { defaultOf, DESTINATION } from './parameters.ts';
import { table } from './table.ts';

export function commitment(): string {
  const value = (key: string) => defaultOf('config.json', `${DESTINATION}.storageCommitment.${key}`);
  return `##### 4.2.2.7 Storage Commitment

For a destination with \`storageCommitment\`, when every instance of a delivery is stored there: an association is opened
with one context, \`${STORAGE_COMMITMENT_SOP_CLASS}\` in \`${IMPLICIT_VR_LITTLE_ENDIAN}\`, without role selection, to the
destination or to the node that \`storageCommitment\` names.

${table(['', ''], [
    ['N-ACTION', `action type ${REQUEST_STORAGE_COMMITMENT}, SOP Instance \`${STORAGE_COMMITMENT_SOP_INSTANCE}\`; TransactionUID `
      + `under 2.25., new for each request; at most ${MOST_INSTANCES} instances a request, by the UIDs under which they were sent`],
    ['a status of success, or a warning', 'a report is waited for'],
    ['0x0110, 0x0131, 0x0210, 0x0213, 0xA7xx, or one that is unknown', 'asked again later, as `retry` says'],
    ['any other status; the context is not accepted', 'the delivery is held for a person'],
    ['wait for a report on the same association', `\`storageCommitment.waitSeconds\`, ${value('waitSeconds')} s by default; `
      + 'then FORWARD releases it'],
    ['wait for a report on an association of its own, which RECEIVE accepts (4.2.1.5)',
      `\`storageCommitment.reportWithinSeconds\`, ${value('reportWithinSeconds')} s by default; then the same is asked anew, `
      + `\`storageCommitment.attempts\` times in all, ${value('attempts')} by default`],
    [`event type ${COMMITMENT_EVENT.allCommitted} or ${COMMITMENT_EVENT.failuresExist}`, 'an instance counts as committed where '
      + 'ReferencedSOPSequence names it and FailedSOPSequence does not'],
    ['an instance that is not committed', 'sent again and asked about again, `storageCommitment.resend` times, '
      + `${value('resend')} by default; then the delivery has failed`],
  ])}
FailureReason (0008,1197) is told in the log:

${table(['FailureReason', 'meaning'], Object.entries(COMMITMENT_FAILURES).map(([code, name]) => [hex(Number(code)), name]))}`;
}
