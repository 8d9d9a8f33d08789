// Section 4.2.1: RECEIVE, the application entity that accepts associations.

import { STORAGE_COMMITMENT_SOP_CLASS } from '../dicom/commitment.ts';
import { PRIVATE_STORAGE_SOP_CLASSES } from '../dicom/private-sop-classes.ts';
import { VERIFICATION_SOP_CLASS } from '../dicom/sop-classes.ts';
import { STANDARD_STORAGE_SOP_CLASSES } from '../dicom/standard-sop-classes.ts';
import { RESOURCE_LIMITATION, storeStatus, SUCCESS, UNRECOGNIZED_OPERATION } from '../dicom/status.ts';
import { TRANSFER_SYNTAXES } from '../dicom/transfer-syntaxes.ts';
import { REPORT_REFUSALS } from '../flow/receive/receive-report.ts';
import { ABORT_REASON, type Abort, FAULTS } from '../network/abort-reason.ts';
import { DICOM_APPLICATION_CONTEXT } from '../network/associate-request.ts';
import { ABORT_REASONS, REJECTION_REASONS, REJECTION_SOURCES } from '../network/association-failure.ts';
import { MAXIMUM_COLLECTED_BYTES } from '../network/collected-dataset.ts';
import { REJECTIONS } from '../network/rejection.ts';
import { STORE_REFUSALS } from '../network/store-refusals.ts';
import { hex } from './codes.ts';
import { implementationIdentity } from './implementation-identity.ts';
import { receiverKey } from './parameters.ts';
import { table } from './table.ts';

export function receiveAE(): string {
  return [
    '### 4.2 Application entities\n\n#### 4.2.1 RECEIVE\n',
    sopClasses(), associationPolicies(), acceptancePolicy(), presentationContexts(), storage(), rejections(), aborts(),
  ].join('\n');
}

function sopClasses(): string {
  return `##### 4.2.1.1 SOP Classes

${table(['SOP Class', 'UID', 'SCU', 'SCP'], [
    ['Verification', `\`${VERIFICATION_SOP_CLASS}\``, 'no', 'yes'],
    ['every Storage SOP Class of the standard, retired ones included', '4.2.1.6', 'no', 'yes'],
    ['private Storage SOP Classes that are known', '4.2.1.7', 'no', 'yes'],
    ['Storage Commitment Push Model: reports of what FORWARD has asked for', `\`${STORAGE_COMMITMENT_SOP_CLASS}\``,
      'yes', 'no'],
    ['those of `sopClasses`; with `acceptUnknownSOPClasses` any', 'as configured', 'no', 'yes'],
  ])}`;
}

function associationPolicies(): string {
  return `##### 4.2.1.2 Association policies

${table(['policy', ''], [
    ['application context', `\`${DICOM_APPLICATION_CONTEXT}\``],
    ['maximum PDU length that is announced',
      `${receiverKey('limits.pduLength', ' bytes')}; a longer P-DATA-TF ends the association`],
    ['associations at a time', receiverKey('limits.associations')],
    ['asynchronous operations', 'none: one operation at a time, whatever is proposed'],
    ['wait for A-ASSOCIATE-RQ (ARTIM)', receiverKey('limits.artimSeconds', ' s')],
    ['wait for the next byte within an association',
      `${receiverKey('limits.idleSeconds', ' s')}; then the association is aborted`],
    ['longest dataset', receiverKey('limits.objectBytes', ' bytes')],
  ])}
${implementationIdentity()}
RECEIVE opens no associations.
`;
}

function acceptancePolicy(): string {
  return `##### 4.2.1.3 Association acceptance policy

RECEIVE accepts associations from every address, with every title and under every called title, unless \`accept\` says
otherwise. The called AE title decides which streams want the study, so several titles are commonly used on one port.
A device that is not let in is rejected for good, one that comes at a bad time for now (4.2.1.8).
`;
}

function presentationContexts(): string {
  const rows = [...TRANSFER_SYNTAXES.values()].map(({ name, UID }) => [name, `\`${UID}\``]);
  return `##### 4.2.1.4 Accepted presentation contexts

Every proposed context is answered. One of an accepted SOP Class is accepted with **the first transfer syntax that was
proposed for it**, whichever that is: the sender knows best what its objects are.

${table(['abstract syntax', 'transfer syntax', 'role', 'extended negotiation'], [
    [`Verification \`${VERIFICATION_SOP_CLASS}\``, 'any', 'SCP', 'none'],
    [`Storage Commitment Push Model \`${STORAGE_COMMITMENT_SOP_CLASS}\``,
      'any that is neither deflated nor encapsulated', 'SCU', 'SCP/SCU role selection'],
    ['any other of 4.2.1.1', 'any', 'SCP', 'none'],
  ])}
SCP/SCU role selection is answered: the SCU role is accepted for the device, the SCP role for storage commitment only.
A report of storage commitment is taken also where no role was negotiated. SOP Class extended and common extended
negotiation are not answered, which stands for the defaults. User identity negotiation is not answered; who may send is
decided by titles, addresses and certificates.

Transfer syntaxes whose names are known; objects in any other are taken, too, and read as Explicit VR Little Endian
with encapsulated pixel data:

${table(['transfer syntax', 'UID'], rows)}`;
}

function storage(): string {
  const refused = Object.values(STORE_REFUSALS);
  const statuses = [...new Set(refused.map(({ status }) => status))].sort((a, b) => a - b);
  const rows = statuses.map((status) => {
    const reasons = refused.filter((one) => one.status === status).map(({ because }) => because);
    return [hex(status), storeStatus(status).name, `${reasons.join('; ')}.`, whatToDo(status)];
  });
  return `##### 4.2.1.5 SOP specific conformance

**Storage.** Level 2 (full): every data element is kept as it was sent, private ones included. Nothing is coerced,
converted or discarded, so digital signatures stay valid. The same object once more (same SOPInstanceUID, same dataset)
is answered with success and kept once. Another dataset under the same SOPInstanceUID is kept beside the first, and the
newest stands for the instance. Objects are kept until the site removes them.

${table(['Status', 'meaning', 'when', 'what the sender should do'], [
    [hex(SUCCESS), 'success', 'The instance is durable, or was there already.', 'nothing'],
    ...rows,
    [hex(UNRECOGNIZED_OPERATION), 'failure: unrecognized operation', 'The request is of no operation that its context has.',
      'not ask again'],
  ])}
ErrorComment (0000,0902) says which of these it was. No warning status is answered.

**Verification.** C-ECHO is answered with success, in any accepted context.

**Storage Commitment.** An N-EVENT-REPORT of a transaction that FORWARD has asked for (4.2.2) is answered with success
when the report is durable; another report of the same transaction takes its place. Any other is refused:

${table(['Status', 'meaning', 'when'], [
    ...Object.values(REPORT_REFUSALS).map(({ status, because }) => [hex(status), storeStatus(status).name, because]),
    [hex(RESOURCE_LIMITATION), storeStatus(RESOURCE_LIMITATION).name,
      `the dataset is longer than ${MAXIMUM_COLLECTED_BYTES} bytes`],
  ])}

##### 4.2.1.6 Storage SOP Classes of the standard

${table(['SOP Class', 'UID'], STANDARD_STORAGE_SOP_CLASSES.map(([UID, name]) => [name, `\`${UID}\``]))}
##### 4.2.1.7 Private Storage SOP Classes

${table(['SOP Class', 'UID'], PRIVATE_STORAGE_SOP_CLASSES.map(([UID, name]) => [name, `\`${UID}\``]))}`;
}

/** By the meaning that the station itself gives to the status when it is the sender. */
function whatToDo(status: number): string {
  return storeStatus(status).outcome === 'retry' ? 'send it again later' : 'not send it again as it is';
}

function rejections(): string {
  const rows = Object.values(REJECTIONS).map(({ codes: { result, source, reason }, when }) => [
    result === 1 ? '1, permanent' : '2, transient',
    `${source}, ${REJECTION_SOURCES[source]}`, `${reason}, ${REJECTION_REASONS[source]?.[reason]}`, when,
  ]);
  return `##### 4.2.1.8 Rejections

${table(['result', 'source', 'reason', 'when'], rows)}`;
}

function aborts(): string {
  const reasons: Abort['reason'][] = Object.values(ABORT_REASON);
  const rows = reasons.map((reason) => {
    const faults = Object.values(FAULTS).filter((fault) => fault.reason === reason);
    return ['2, service provider', `${reason}, ${ABORT_REASONS[reason]}`,
      `The peer ${faults.map(({ thePeer }) => thePeer).join('; ')}.`];
  });
  return `##### 4.2.1.9 Aborts

${table(['source', 'reason', 'when'], [
    ...rows,
    ['0, service user', '0, reason not specified',
      'Nothing came for `limits.idleSeconds`; the peer takes no answers; the receiver is stopped (the instance in '
      + 'flight may be finished first); the station has a fault of its own.'],
  ])}
An instance whose association ends before it was answered is not kept, unless it was durable already: then it is found
to be the same when it is sent again.
`;
}
