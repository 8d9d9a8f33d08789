// A station that relays a study to a node which commits itself, or does not, as a test's script says.

import type { TestContext } from 'node:test';
import { encodeCommitmentReport, type CommitmentInstance } from '../../../src/dicom/commitment.ts';
import { parseCommitmentRequest } from '../../../src/dicom/parse-commitment.ts';
import { confirmDue } from '../../../src/flow/commitment/confirm-due.ts';
import { deliverDue } from '../../../src/flow/delivery/deliver.ts';
import { DELIVERY_STATES, type DeliveryState } from '../../../src/job/delivery-state.ts';
import { COMMAND_FIELD } from '../../../src/network/command-set.ts';
import { keepReport } from '../../../src/spool/commitment-store.ts';
import { listDeliveryIds } from '../../../src/spool/delivery-store.ts';
import { REPORT } from '../../rig/commitment.ts';
import { startScriptedScp, type ReceivedMessage, type Say, type Script, type ScriptedScp } from '../../rig/scripted-scp.ts';
import { makeFlowStation, SERIES, type FlowStation } from '../flow-station.ts';

export const FAILURE = 0x0112;

export interface Committing {
  readonly station: FlowStation;
  readonly scp: ScriptedScp;
}

export interface CommittingOptions {
  readonly instances?: number;
  readonly script?: Script;
  readonly storageCommitment?: unknown;
  /** Other keys of the destination. */
  readonly destination?: Readonly<Record<string, unknown>>;
  /** Other keys of config.json. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Up to where its one delivery is due. */
export async function makeCommitting(t: TestContext, options: CommittingOptions = {}): Promise<Committing> {
  const { instances = 2, script = {}, storageCommitment = { waitSeconds: 0 }, destination = {}, config = {} } = options;
  const scp = await startScriptedScp(t, script);
  const station = await makeFlowStation(t, { config: {
    Streams: [{ name: 'Relay', trigger: {}, destination: [{
      AETitle: 'PACS', IP: '127.0.0.1', PORT: scp.port, storageCommitment, retry: { firstSeconds: 1 }, ...destination,
    }] }],
    ...config,
  } });
  for (let InstanceNumber = 2; InstanceNumber <= instances; InstanceNumber += 1) {
    await station.archive({ SOPInstanceUID: `${SERIES}.${InstanceNumber}`, InstanceNumber });
  }
  const [JobId = ''] = await station.arrive();
  await station.advance(JobId, ['pending', 'validated']);
  return { station, scp };
}

/** As `dts forward` does. */
export async function forward(station: FlowStation): Promise<void> {
  await deliverDue(station);
  await confirmDue(station);
}

/** The state and id of the one delivery. */
export async function theDelivery({ layout }: FlowStation): Promise<[DeliveryState, string]> {
  for (const state of DELIVERY_STATES) {
    const [DeliveryId] = await listDeliveryIds(layout, state);
    if (DeliveryId !== undefined) return [state, DeliveryId];
  }
  throw new Error('there is no delivery');
}

export const isAction = ({ command }: ReceivedMessage): boolean => command.CommandField === COMMAND_FIELD['N-ACTION-RQ'];
export const isStore = ({ command }: ReceivedMessage): boolean => command.CommandField === COMMAND_FIELD['C-STORE-RQ'];

/** What was asked in each N-ACTION. */
export function requestsTo({ messages }: Pick<ScriptedScp, 'messages'>): { TransactionUID: string; instances: readonly CommitmentInstance[] }[] {
  return messages.filter(isAction).map(({ dataset }) => {
    const request = parseCommitmentRequest(dataset, '1.2.840.10008.1.2');
    if ('fault' in request) throw new Error(request.fault);
    return request;
  });
}

/** Which instances came by C-STORE, in their order. */
export function storesTo({ messages }: ScriptedScp): string[] {
  return messages.filter(isStore).map(({ command }) => command.AffectedSOPInstanceUID ?? '');
}

/** Reports on the association on which was asked. @param failing of the instances that are not committed */
export function reporting(failing: (SOPInstanceUID: string, times: number) => boolean = () => false): Script {
  let times = 0;
  return {
    after: (message, say) => {
      if (!isAction(message)) return;
      times += 1;
      reportOn(message, say, (SOPInstanceUID) => failing(SOPInstanceUID, times));
    },
  };
}

function reportOn({ dataset }: ReceivedMessage, say: Say, failing: (SOPInstanceUID: string) => boolean): void {
  const request = parseCommitmentRequest(dataset, '1.2.840.10008.1.2');
  if ('fault' in request) throw new Error(request.fault);
  const { TransactionUID, instances } = request;
  const failed = instances.filter(({ SOPInstanceUID }) => failing(SOPInstanceUID));
  say({ ...REPORT, EventTypeID: failed.length > 0 ? 2 : 1 }, encodeCommitmentReport({
    TransactionUID,
    committed: instances.filter(({ SOPInstanceUID }) => !failing(SOPInstanceUID)),
    failed: failed.map((one) => ({ ...one, FailureReason: FAILURE })),
  }));
}

/** As if the receiver had taken a report on the n-th request. */
export async function reportLater(
  { station, scp }: Committing, place: number, failing: (SOPInstanceUID: string) => boolean = () => false,
): Promise<void> {
  const { TransactionUID, instances } = requestsTo(scp).at(place) ?? { TransactionUID: '', instances: [] };
  await keepReport(station.layout, {
    TransactionUID, reportedAt: station.now().toISOString(),
    committed: instances.filter(({ SOPInstanceUID }) => !failing(SOPInstanceUID)),
    failed: instances.filter(({ SOPInstanceUID }) => failing(SOPInstanceUID)).map((one) => ({ ...one, FailureReason: FAILURE })),
  });
}
