// One round of one contender: a receiver that has just started, in a fresh folder, is sent a first set and then the
// measured one; both must be there in full, else the round is void.

import { mkdir, readdir, stat, truncate } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../rig/peers.ts';
import type { ReceiveCase } from './cases.ts';
import { prepareContender, type Contender, type ContenderChoice } from './contenders.ts';
import { bytesOf, type InstanceSet } from './instance-set.ts';
import { cpuSecondsOf, machineCpuSeconds } from './process-tree.ts';
import { runToEnd } from './run-program.ts';
import { startReceiver } from './running-receiver.ts';
import { sendSet } from './send-set.ts';

/** Receivers write file meta information of their own, and storescp may write lengths in another way. */
const DIFFERENCE_BYTES = 2048;
/** Files from here on are emptied after a round, so that the next one finds the page cache as this one did. */
const LARGE_BYTES = 65_536;

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

/** Of all but this process, its senders and its receiver. The kernel's own threads count as others. */
function othersCpuSeconds(): number {
  return machineCpuSeconds() - cpuSecondsOf(process.pid);
}

/** What others have written before is not to be written while the clock runs. */
async function settle(folder: string, signal: AbortSignal): Promise<void> {
  await runToEnd('sync', ['--file-system', folder], signal);
}

/** Throws unless every instance of a set lies in its study's folder as long as it was sent. */
export async function mustHaveArrived(
  { StudyInstanceUID, instances }: InstanceSet, contender: Pick<Contender, 'name' | 'studyFolder' | 'instanceIn'>,
): Promise<void> {
  const folder = contender.studyFolder(StudyInstanceUID);
  const files = new Map((await readdir(folder)).map((name) => [contender.instanceIn(name), join(folder, name)]));
  for (const { SOPInstanceUID, bytes } of instances) {
    const file = files.get(SOPInstanceUID);
    if (file === undefined) throw new Error(`${contender.name} has no ${SOPInstanceUID} in ${folder}`);
    const { size } = await stat(file);
    if (Math.abs(size - bytes) > DIFFERENCE_BYTES) throw new Error(`${file} has ${size} bytes; ${bytes} were sent`);
  }
}

/**
 * Gives their page cache back, so that no later round pays for memory that was never touched. They are not removed:
 * ext4 without a journal takes minutes to hand out inodes that were freed a moment ago.
 */
async function emptyLargeFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name);
    if ((await stat(file)).size >= LARGE_BYTES) await truncate(file);
  }
}
