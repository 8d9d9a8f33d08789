// One round of one contender: a receiver that has just started, in a fresh folder, is sent a first set and then the
// measured one; both must be there in full, else the round is void.

import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { freePort } from '../../rig/peers.ts';
import type { ReceiveCase } from './cases.ts';
import { prepareContender, type ContenderChoice } from './contenders.ts';
import { emptyLargeFiles, mustHaveArrived } from '../instances/arrived.ts';
import { bytesOf, type InstanceSet } from '../instances/instance-set.ts';
import { othersCpuSeconds } from '../processes/process-tree.ts';
import { settle } from '../processes/run-program.ts';
import { startReceiver } from '../processes/running-receiver.ts';
import { sendSet } from './send-set.ts';

export interface RoundFigures {
  readonly imagesPerSecond: number;
  /** Of the first set. */
  readonly coldImagesPerSecond: number;
  readonly bytesPerSecond: number;
  /** Of the receiver, while it got the measured set. */
  readonly cpuSeconds: number;
  /** Of the receiver, since it started. */
  readonly peakBytes: number;
  /** The part of the machine's time that went to others while the measured set was sent, 0 to 1. */
  readonly othersShare: number;
}

export interface RoundInputs {
  readonly warmUp: InstanceSet;
  readonly measured: InstanceSet;
}

/**
 * @param folder does not exist yet; the receiver's files stay there, the large ones empty
 * Throws when a sender fails or an instance is not there, and the signal's reason when it came.
 */
export async function runRound(
  benchCase: ReceiveCase, { warmUp, measured }: RoundInputs, { name, bitPreserving }: ContenderChoice, folder: string,
  signal: AbortSignal,
): Promise<RoundFigures> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const contender = await prepareContender({ name, bitPreserving }, { folder, port, pduLength: benchCase.pduLength });
  const receiver = await startReceiver(contender, port, signal);
  try {
    await settle(folder, signal);
    const coldSeconds = await sendSet(benchCase, warmUp, port, signal);
    await settle(folder, signal);
    const cpuBefore = receiver.cpuSeconds();
    const othersBefore = othersCpuSeconds();
    const seconds = await sendSet(benchCase, measured, port, signal);
    const cpuSeconds = receiver.cpuSeconds() - cpuBefore;
    const othersSeconds = othersCpuSeconds() - othersBefore;
    const peakBytes = receiver.peakBytes();
    for (const set of [warmUp, measured]) await mustHaveArrived(set, contender);
    return {
      imagesPerSecond: measured.instances.length / seconds,
      coldImagesPerSecond: warmUp.instances.length / coldSeconds,
      bytesPerSecond: bytesOf(measured) / seconds,
      cpuSeconds,
      peakBytes,
      othersShare: Math.max(0, othersSeconds / seconds / availableParallelism()),
    };
  } finally {
    await receiver.stop();
    await emptyLargeFiles(folder);
  }
}
