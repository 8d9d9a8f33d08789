// Sends what a delivery has not got a final answer for, and keeps every answer as it comes.

import type { Destination } from '../../config/configuration.ts';
import { readFileMeta } from '../../dicom/file-meta.ts';
import { storeStatus } from '../../dicom/status.ts';
import type { Answer } from '../../job/delivery.ts';
import type { Failure } from '../../job/failure.ts';
import { DEFAULT_MAXIMUM_PDU_LENGTH, DEFAULT_PEER_TIMEOUTS, type Peer } from '../../network/peer.ts';
import { sendInstances, type InstanceAnswer, type InstanceToSend } from '../../network/store-scu.ts';
import { findAnswers, type StoredDelivery } from '../../spool/delivery-store.ts';
import { appendLine, endCutLine } from '../../spool/durable-lines.ts';
import { syncFile } from '../../spool/durable.ts';
import { hasCode } from '../../spool/error-code.ts';
import type { DeliverOptions } from './deliver.ts';
import type { Station } from '../station.ts';

/** What became of a delivery in one try. */
export interface Sent {
  readonly stored: number;
  /** Instances without a final answer. */
  readonly missing: number;
  /** Why instances, or all, will never be stored. */
  readonly refused: readonly Failure[];
  /** Set where something is missing that a later try may bring. */
  readonly postponed?: Failure;
  /** The destination did not work at all; others need not be tried on it now. */
  readonly peerInTrouble?: boolean;
  /** Stopped by the caller's signal: nothing is decided. */
  readonly stopped?: boolean;
}

export async function sendDelivery(
  station: Station, { delivery, folder }: StoredDelivery, destination: Destination, options: DeliverOptions,
): Promise<Sent> {
  const answers = new Map<string, Answer>();
  await endCutLine(folder.answers);
  for (const answer of await findAnswers(folder)) answers.set(answer.SOPInstanceUID, answer);
  const keep = async (told: InstanceAnswer): Promise<void> => {
    const answer: Answer = { time: station.now().toISOString(), ...told };
    await appendLine(folder.answers, JSON.stringify(answer));
    answers.set(answer.SOPInstanceUID, answer);
  };

  const toSend: InstanceToSend[] = [];
  for (const { SOPInstanceUID, SOPClassUID } of delivery.instances) {
    const answer = answers.get(SOPInstanceUID);
    if (answer !== undefined && meaning(answer) !== 'retry') continue;
    const file = folder.instance(SOPInstanceUID);
    const meta = await readFileMeta(file);
    if ('notDicom' in meta) {
      await keep({ SOPInstanceUID, failure: { reason: 'instance-unreadable', file, text: meta.notDicom } });
      continue;
    }
    toSend.push({ file, SOPClassUID, SOPInstanceUID, ...meta });
  }

  const outcome = toSend.length === 0 ? {} : await sendInstances(peerOf(destination), toSend, {
    answered: async (answer) => {
      await keep(answer);
      options.answered?.(delivery, answers.size);
    },
    signal: options.signal,
  });
  await syncAnswers(folder.answers);
  if (outcome.stopped === true) return { stored: 0, missing: 0, refused: [], stopped: true };
  return judge(delivery.instances.map(({ SOPInstanceUID }) => SOPInstanceUID), answers, outcome.failure);
}

/** How a destination is called. */
export function peerOf({ IP, PORT, AETitle, OwnAETitle }: Destination): Peer {
  return {
    address: IP, port: PORT, calledAETitle: AETitle, callingAETitle: OwnAETitle,
    timeouts: DEFAULT_PEER_TIMEOUTS, maximumPDULength: DEFAULT_MAXIMUM_PDU_LENGTH,
  };
}

/** An instance that the destination has already under that UID is as good as stored. */
function meaning(answer: Answer): 'stored' | 'retry' | 'refused' {
  if ('failure' in answer) return 'refused';
  const { outcome } = storeStatus(answer.status);
  return outcome === 'duplicate' ? 'stored' : outcome;
}

function judge(
  SOPInstanceUIDs: readonly string[], answers: ReadonlyMap<string, Answer>, peerFailure: Failure | undefined,
): Sent {
  let stored = 0;
  let missing = 0;
  let postponed: Failure | undefined = peerFailure;
  const refused: Failure[] = [];
  for (const SOPInstanceUID of SOPInstanceUIDs) {
    const answer = answers.get(SOPInstanceUID);
    if (answer === undefined) {
      missing += 1;
      continue;
    }
    switch (meaning(answer)) {
      case 'stored': stored += 1; break;
      case 'refused': refused.push(failureOf(answer)); break;
      case 'retry':
        missing += 1;
        if ('status' in answer) postponed ??= { reason: 'instance-postponed', SOPInstanceUID, status: answer.status };
        break;
    }
  }
  if (missing === 0) return { stored, missing, refused };
  if (peerFailure?.reason === 'peer-rejected' && peerFailure.permanent) {
    return { stored, missing, refused: [peerFailure, ...refused], peerInTrouble: true };
  }
  return {
    stored, missing, refused,
    postponed: postponed ?? { reason: 'peer-aborted', text: 'not every instance was answered' },
    peerInTrouble: peerFailure !== undefined,
  };
}

function failureOf(answer: Answer): Failure {
  if ('failure' in answer) return answer.failure;
  return { reason: 'instance-refused', SOPInstanceUID: answer.SOPInstanceUID, status: answer.status };
}

async function syncAnswers(path: string): Promise<void> {
  try {
    await syncFile(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error; // nothing was answered
  }
}
