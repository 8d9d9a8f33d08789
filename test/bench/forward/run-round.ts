// One round of one sender: it sends the set to a storescp that has just started, in a fresh folder.

import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../rig/peers.ts';
import { emptyLargeFiles, mustHaveArrived } from '../instances/arrived.ts';
import { bytesOf, type InstanceSet } from '../instances/instance-set.ts';
import { endedChildrenCpuSeconds, othersCpuSeconds, peakBytesOf } from '../processes/process-tree.ts';
import { runToEnd, settle } from '../processes/run-program.ts';
import { startReceiver } from '../processes/running-receiver.ts';
import { prepareContender } from '../receive/contenders.ts';
import type { ForwardCase } from './cases.ts';
import { PDU_LENGTH, prepareSender, type SenderName } from './senders.ts';

const WATCH_MILLISECONDS = 20;
/** Of a set, how many instances its beginning and its end are. */
const PART_INSTANCES = 1000;

export interface RoundFigures {
  readonly imagesPerSecond: number;
  /** Without the time that `node -e 0` took right before; the same where no Node.js is started. */
  readonly startedImagesPerSecond: number;
  readonly bytesPerSecond: number;
  /** Of the sender. */
  readonly cpuSeconds: number;
  /** Of the sender. */
  readonly peakBytes: number;
  /** What one of the last instances took by what one of the first took; NaN of fewer than twice PART_INSTANCES. */
  readonly lastByFirst: number;
  /** The part of the machine's time that went to others while the set was sent, 0 to 1. */
  readonly othersShare: number;
}

/**
 * @param folder does not exist yet, on the file system of the set; the files stay there, the large ones empty
 * Throws when a sender fails or an instance is not there, and the signal's reason when it came.
 */
export async function runRound(
  { isIgnored }: ForwardCase, set: InstanceSet, name: SenderName, folder: string, signal: AbortSignal,
): Promise<RoundFigures> {
  const [received, sending] = [join(folder, 'received'), join(folder, 'sending')];
  for (const made of [received, sending]) await mkdir(made, { recursive: true });
  const port = await freePort();
  const storescp = await prepareContender(
    { name: 'storescp', bitPreserving: true }, { folder: received, port, pduLength: PDU_LENGTH });
  const receiver = await startReceiver(
    isIgnored ? { ...storescp, args: ['--ignore', ...storescp.args] } : storescp, port, signal);
  try {
    const sender = await prepareSender(name, set, { folder: sending, port });
    await settle(folder, signal);
    const startSeconds = sender.isOurs ? (await run(process.execPath, ['-e', '0'], '/', signal)).seconds : 0;
    const othersBefore = othersCpuSeconds();
    const { seconds, cpuSeconds, peakBytes } = await run(sender.program, sender.args, sender.cwd, signal);
    const othersSeconds = othersCpuSeconds() - othersBefore;
    if (!isIgnored) await mustHaveArrived(set, storescp);
    return {
      imagesPerSecond: set.instances.length / seconds,
      startedImagesPerSecond: set.instances.length / (seconds - startSeconds),
      bytesPerSecond: bytesOf(set) / seconds,
      cpuSeconds,
      peakBytes,
      lastByFirst: lastByFirst(await sender.answeredAt()),
      othersShare: Math.max(0, othersSeconds / seconds / availableParallelism()),
    };
  } finally {
    await receiver.stop();
    await emptyLargeFiles(received);
  }
}

/** Runs a program to its end and measures it. */
async function run(
  program: string, args: readonly string[], cwd: string, signal: AbortSignal,
): Promise<{ readonly seconds: number; readonly cpuSeconds: number; readonly peakBytes: number }> {
  let peakBytes = 0;
  let watching: NodeJS.Timeout | undefined;
  const cpuBefore = endedChildrenCpuSeconds();
  const begun = performance.now();
  try {
    await runToEnd(program, args, signal, cwd, (pid) => {
      watching = setInterval(() => { peakBytes = Math.max(peakBytes, peakBytesOf(pid)); }, WATCH_MILLISECONDS);
    });
    const seconds = (performance.now() - begun) / 1000;
    return { seconds, cpuSeconds: endedChildrenCpuSeconds() - cpuBefore, peakBytes };
  } finally {
    clearInterval(watching);
  }
}

function lastByFirst(answeredAt: readonly number[]): number {
  if (answeredAt.length < 2 * PART_INSTANCES) return Number.NaN;
  const millisecondsOf = (part: readonly number[]): number => (part.at(-1) ?? 0) - (part[0] ?? 0);
  return millisecondsOf(answeredAt.slice(-PART_INSTANCES)) / millisecondsOf(answeredAt.slice(0, PART_INSTANCES));
}
