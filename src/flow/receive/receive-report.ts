// Takes what a peer reports of storage commitment to disk, where `forward` finds it.
//
// Promises: Success is answered only after the report is durable; a report of what was never asked leaves nothing.

import { COMMITMENT_EVENT, STORAGE_COMMITMENT_SOP_INSTANCE } from '../../dicom/commitment.ts';
import { parseCommitmentReport } from '../../dicom/parse-commitment.ts';
import {
  INVALID_ARGUMENT_VALUE, NO_SUCH_EVENT_TYPE, NO_SUCH_SOP_INSTANCE, PROCESSING_FAILURE, SUCCESS,
} from '../../dicom/status.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { CommitmentMessage, StoreAnswer } from '../../network/store-hooks.ts';
import { findTransaction, keepReport } from '../../spool/commitment-store.ts';
import { DamagedFile } from '../../spool/damaged-file.ts';
import { codeOf } from '../../spool/error-code.ts';
import type { Layout } from '../../spool/layout.ts';

/** What takes reports needs of a station. */
export interface ReportTaking {
  readonly layout: Layout;
  readonly events: EventLog;
  readonly now: () => Date;
}

/** Why a report is not taken: every reason, and the Status that is answered (PS3.7 section 10.1.1.1.8). */
export const REPORT_REFUSALS = {
  'other-instance': { status: NO_SUCH_SOP_INSTANCE, because: 'it is not about the Storage Commitment SOP Instance' },
  'event-type': { status: NO_SUCH_EVENT_TYPE, because: 'its event type is neither 1 nor 2' },
  'unreadable': { status: INVALID_ARGUMENT_VALUE, because: 'its dataset cannot be read' },
  'never-asked': { status: INVALID_ARGUMENT_VALUE, because: 'its transaction was never asked' },
  'disk-fault': { status: PROCESSING_FAILURE, because: 'it cannot be kept' },
} as const;

/** The answer with what exactly was wrong. */
interface Refused {
  readonly status: number;
  readonly comment: string;
}

function refused(why: keyof typeof REPORT_REFUSALS, what: string): Refused {
  const { status, because } = REPORT_REFUSALS[why];
  return { status, comment: `${because}: ${what}` };
}

export async function receiveReport(taking: ReportTaking, message: CommitmentMessage): Promise<StoreAnswer> {
  const refusal = await takeReport(taking, message);
  if (refusal === undefined) return { status: SUCCESS };
  const { status, comment: text } = refusal;
  taking.events.write({ event: 'commitment-report-refused', ...message.peer, status, text });
  return { status };
}

async function takeReport(
  { layout, events, now }: ReportTaking, message: CommitmentMessage,
): Promise<Refused | undefined> {
  const { AffectedSOPInstanceUID, EventTypeID, TransferSyntaxUID, dataset } = message;
  if (AffectedSOPInstanceUID !== STORAGE_COMMITMENT_SOP_INSTANCE) {
    return refused('other-instance', AffectedSOPInstanceUID);
  }
  if (EventTypeID !== COMMITMENT_EVENT.allCommitted && EventTypeID !== COMMITMENT_EVENT.failuresExist) {
    return refused('event-type', String(EventTypeID));
  }
  const report = parseCommitmentReport(dataset, TransferSyntaxUID);
  if ('fault' in report) return refused('unreadable', report.fault);
  const { TransactionUID, committed, failed } = report;
  try {
    const transaction = await findTransaction(layout, TransactionUID);
    if (transaction === undefined) return refused('never-asked', TransactionUID);
    await keepReport(layout, { ...report, reportedAt: now().toISOString() });
    events.write({
      event: 'commitment-reported', ...message.peer, TransactionUID, DeliveryId: transaction.DeliveryId,
      committed: committed.length, failed: failed.length,
    });
    return undefined;
  } catch (error) {
    const text = error instanceof DamagedFile ? `${error.path}: ${error.message}` : codeOf(error);
    if (text === undefined) throw error;
    return refused('disk-fault', text);
  }
}
