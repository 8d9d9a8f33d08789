// Storage commitment as a peer speaks it: what a test reports to the station, right or wrong.

import {
  COMMITMENT_EVENT, encodeCommitmentReport, STORAGE_COMMITMENT_SOP_CLASS, STORAGE_COMMITMENT_SOP_INSTANCE,
  type CommitmentReport,
} from '../../src/dicom/commitment.ts';
import { IMPLICIT_VR_LITTLE_ENDIAN } from '../../src/dicom/transfer-syntaxes.ts';
import { COMMAND_FIELD, encodeCommandSet, WITH_DATASET, type CommandSet } from '../../src/network/command-set.ts';
import { dataPdus, item, RawScu, type Proposal } from './raw-scu.ts';

export const COMMITMENT_CONTEXT: Proposal = {
  id: 1, abstractSyntax: STORAGE_COMMITMENT_SOP_CLASS, transferSyntaxes: [IMPLICIT_VR_LITTLE_ENDIAN],
};

/** An N-EVENT-REPORT that all is committed. */
export const REPORT: CommandSet = {
  AffectedSOPClassUID: STORAGE_COMMITMENT_SOP_CLASS,
  CommandField: COMMAND_FIELD['N-EVENT-REPORT-RQ'],
  MessageID: 7,
  CommandDataSetType: WITH_DATASET,
  AffectedSOPInstanceUID: STORAGE_COMMITMENT_SOP_INSTANCE,
  EventTypeID: COMMITMENT_EVENT.allCommitted,
};

/** A role selection item, PS3.7 section D.3.3.4. */
export function roleItem(UID: string, scu: 0 | 1, scp: 0 | 1): Buffer {
  return item(0x54, Buffer.concat([Buffer.from([0, UID.length]), Buffer.from(UID), Buffer.from([scu, scp])]));
}

export function reportCommand(elements: CommandSet = {}): Buffer {
  return encodeCommandSet({ ...REPORT, ...elements });
}

/** Opens an association as one who reports, which proposes to be the SCP. */
export function associateToReport(port: number, callingAETitle = 'PACS'): Promise<RawScu> {
  return RawScu.associate(port, {
    callingAETitle, contexts: [COMMITMENT_CONTEXT], userItems: [roleItem(STORAGE_COMMITMENT_SOP_CLASS, 0, 1)],
  });
}

/** Sends a report and waits for its response. */
export async function report(scu: RawScu, content: CommitmentReport | Buffer, elements?: CommandSet): Promise<CommandSet> {
  const dataset = Buffer.isBuffer(content) ? content : encodeCommitmentReport(content);
  scu.send(dataPdus(1, reportCommand(elements), true), dataPdus(1, dataset, false));
  const answer = await scu.next();
  if (answer.kind !== 'command') throw new Error(`no response: ${JSON.stringify(answer)}`);
  return answer.command;
}
