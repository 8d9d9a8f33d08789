// Asks an inference server for the result of a task, and keeps it as it comes where there is one.

import type { InferenceServer } from '../../config/core-specification.ts';
import type { Failure } from '../../job/failure.ts';
import { moveDurable, syncFile } from '../../spool/durable.ts';
import type { AttemptFiles } from '../attempt-files.ts';
import type { CoreRun } from '../executor.ts';
import { callServer, type ServerAway, TRANSFER } from './call-server.ts';
import { readAnswer, type ShortAnswer } from './read-answer.ts';
import { interfaceOf } from './server-interface.ts';
import { writeBounded } from './write-bounded.ts';

/** What tar and zip put around an instance, and at their end, with plenty to spare. */
const PACKING_BYTES_EACH = 4096;
const PACKING_BYTES = 1024 * 1024;

/** `fetched`: the result is in its file, durably. */
export type Fetched =
  { readonly fetched: true } | ShortAnswer | ServerAway | Extract<Failure, { reason: 'output-bytes' }>;

export async function fetchResult(
  run: CoreRun, server: InferenceServer, files: AttemptFiles, taskId: string,
): Promise<Fetched> {
  const url = interfaceOf(server).resultURL(server, taskId);
  return callServer(server, { method: 'GET', url, timeouts: TRANSFER }, async (answer): Promise<Fetched> => {
    if (answer.status !== 200) return readAnswer(answer);
    const { maxBytes } = run.core.outputs;
    const mostBytes = mostPackedBytes(run);
    const announced = Number(answer.headers['content-length'] ?? 0);
    const coming = files.inferenceResultComing;
    const bytes = announced > mostBytes ? announced : await writeBounded(answer.body, coming, 'w', mostBytes);
    if (bytes > mostBytes) return { reason: 'output-bytes', bytes, maxBytes };
    await syncFile(coming);
    await moveDurable(coming, files.inferenceResult); // the commit point
    return { fetched: true };
  });
}

/** Of a result that is no more than the core may put out, without compression. */
export function mostPackedBytes({ core }: CoreRun): number {
  const { maxBytes, maxInstances } = core.outputs;
  return maxBytes + maxInstances * PACKING_BYTES_EACH + PACKING_BYTES;
}
