// Section 4.2.2: FORWARD, the application entity that opens associations.

import { STORAGE_COMMITMENT_SOP_CLASS } from '../dicom/commitment.ts';
import { STORE_STATUSES } from '../dicom/status.ts';
import { VERIFICATION_SOP_CLASS } from '../dicom/sop-classes.ts';
import { IMPLICIT_VR_LITTLE_ENDIAN, TRANSFER_SYNTAXES } from '../dicom/transfer-syntaxes.ts';
import { MOST_LIMITED_TRIES } from '../flow/delivery/commit-delivery.ts';
import { DICOM_APPLICATION_CONTEXT } from '../network/associate-request.ts';
import {
  ABORT_REASONS, REJECTION_REASONS, REJECTION_SOURCES, rejectionFailure,
} from '../network/association-failure.ts';
import { MAXIMUM_CONTEXTS } from '../network/association-plan.ts';
import { DEFAULT_MAXIMUM_PDU_LENGTH, DEFAULT_PEER_TIMEOUTS } from '../network/peer.ts';
import { commitment } from './commitment.ts';
import { conversions } from './conversions.ts';
import { hexRange } from './codes.ts';
import { implementationIdentity } from './implementation-identity.ts';
import { defaultOf, DESTINATION } from './parameters.ts';
import { table } from './table.ts';

export function forwardAE(): string {
  return [
    '#### 4.2.2 FORWARD\n', sopClasses(), policies(), initiation(), statuses(), refusals(), conversions(), commitment(),
  ].join('\n');
}

function sopClasses(): string {
  return `##### 4.2.2.1 SOP Classes

${table(['SOP Class', 'UID', 'SCU', 'SCP'], [
    ['Verification', `\`${VERIFICATION_SOP_CLASS}\``, 'yes', 'no'],
    ['that of each instance to be sent, whichever it is', '4.2.1.6, 4.2.1.7', 'yes', 'no'],
    ['Storage Commitment Push Model', `\`${STORAGE_COMMITMENT_SOP_CLASS}\``, 'yes', 'no'],
  ])}`;
}

function policies(): string {
  const { connectSeconds, associationSeconds, responseSeconds, releaseSeconds } = DEFAULT_PEER_TIMEOUTS;
  return `##### 4.2.2.2 Association policies

${table(['policy', ''], [
    ['application context', `\`${DICOM_APPLICATION_CONTEXT}\``],
    ['maximum PDU length that is announced, and longest that is sent',
      `${DEFAULT_MAXIMUM_PDU_LENGTH} bytes; shorter ones to a peer that announces less`],
    ['associations at a time', 'one to each destination, several destinations side by side; `dts forward --to`, which '
      + 'a person types, opens one of its own'],
    ['asynchronous operations', 'none: each request waits for its response'],
    ['wait for the connection', `${connectSeconds} s`],
    ['wait for A-ASSOCIATE-AC', `${associationSeconds} s`],
    ['wait for each response, and for the peer to take data', `${responseSeconds} s`],
    ['wait for A-RELEASE-RP', `${releaseSeconds} s`],
  ])}
${implementationIdentity()}
FORWARD accepts no associations.
`;
}

function initiation(): string {
  return `##### 4.2.2.3 Association initiation policy

**Storage.** An association is opened when a delivery is due: at once after its job, and after a failed try again with
growing waits (4.2.2.5). For each SOP Class in the delivery a presentation context is proposed for each transfer syntax
in which its instances lie, with that transfer syntax alone, and one for each that they could be converted to (4.2.2.6);
beyond ${MAXIMUM_CONTEXTS} contexts, further associations follow one after the other. An instance goes as it lies on disk
where its own context is accepted, else converted on the first one that is. An instance of which no context is accepted is
not sent and counts as refused. The association is released when every instance was answered, and aborted when the peer
breaks the protocol or falls silent.

**Storage Commitment.** An association is opened when all of a delivery is stored, where the destination is to commit
itself (4.2.2.7).

**Verification.** \`dts echo\` and \`dts check\` open an association with one context, and release it.

${table(['abstract syntax', 'transfer syntax', 'role', 'extended negotiation'], [
    [`Verification \`${VERIFICATION_SOP_CLASS}\``,
      `${TRANSFER_SYNTAXES.get(IMPLICIT_VR_LITTLE_ENDIAN)?.name} \`${IMPLICIT_VR_LITTLE_ENDIAN}\``, 'SCU', 'none'],
    ['the SOP Class of the instance', 'the transfer syntax in which it lies on disk', 'SCU', 'none'],
    ['the same', 'each one that it can be converted to, see 4.2.2.6', 'SCU', 'none'],
  ])}`;
}

const OUTCOMES = {
  'stored': 'stored',
  'duplicate': 'stored: the peer has it already',
  'retry': 'sent again later',
  'retry, limited': `sent again later, up to ${MOST_LIMITED_TRIES} times`,
  'refused': 'not sent again; the others go on',
} as const;

function statuses(): string {
  return `##### 4.2.2.4 SOP specific conformance

What follows from the Status of a C-STORE response. Of the rows that hold a code, the first counts.

${table(['Status', 'meaning', 'source', 'the instance is'], [
    ...STORE_STATUSES.map(([first, last, name, section, outcome]) => {
      return [hexRange(first, last), name, section, OUTCOMES[outcome]];
    }),
    ['any other', 'unknown', '', OUTCOMES['retry, limited']],
  ])}
Instances are sent byte for byte as they lie on disk wherever the peer takes them so: those that were received as they
came, those that a program put out as it wrote them. Where it does not, they are converted as 4.2.2.6 says. A destination
may be configured to have attributes changed (\`morph\`, docs/morph.md) or to have instances de-identified (\`deidentify\`);
then copies that were changed so are sent. \`morph\` never changes pixels.
`;
}

function refusals(): string {
  const retry = (key: string) => defaultOf('config.json', `${DESTINATION}.retry.${key}`);
  const rows = Object.entries(REJECTION_REASONS).flatMap(([source, reasons]) => {
    return Object.entries(reasons).map(([reason, name]) => {
      return [`${source}, ${REJECTION_SOURCES[Number(source)]}`, `${reason}, ${name}`];
    });
  });
  const outcome = (result: number) => {
    const failure = rejectionFailure(result, 1, 1);
    return 'permanent' in failure && failure.permanent ? 'has failed and needs a person' : 'is tried again later';
  };
  return `##### 4.2.2.5 Rejections, aborts and losses

Of an A-ASSOCIATE-RJ the result decides what follows:

${table(['result', 'the delivery'], [['1, permanent', outcome(1)], ['2, transient', outcome(2)]])}
Source and reason are told in the log, in these words:

${table(['source', 'reason'], rows)}
When the peer aborts the association, the connection cannot be made or is lost, or the peer is silent for too long, the
delivery is tried again later, without the instances that were answered already. The reason of an A-ABORT by the
service provider is told in the log, in these words:

${table(['reason', 'meaning'], Object.entries(ABORT_REASONS))}
The waits between two tries grow:

${table(['', 'default'], [
    ['first wait, `retry.firstSeconds`', `${retry('firstSeconds')} s`],
    ['each further one, times the one before, `retry.multiplier`', retry('multiplier')],
    ['longest wait, `retry.maxSeconds`', `${retry('maxSeconds')} s`],
    ['after which the delivery has failed and needs a person, `retry.giveUpAfterSeconds`',
      `${retry('giveUpAfterSeconds')} s`],
  ])}`;
}
