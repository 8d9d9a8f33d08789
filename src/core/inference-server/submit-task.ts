// Sends the input of a run to an inference server, and writes down what it is called there.

import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledFile } from '../../bundle/bundle.ts';
import { pack } from '../../bundle/pack.ts';
import type { InferenceServer } from '../../config/core-specification.ts';
import type { Failure } from '../../job/failure.ts';
import { formatMultipart } from '../../network/multipart.ts';
import { listDirectory } from '../../spool/read.ts';
import type { AttemptFiles } from '../attempt-files.ts';
import type { CoreRun } from '../executor.ts';
import { inputFolder } from '../placeholders.ts';
import { callServer, TRANSFER } from './call-server.ts';
import { readAnswer, type ShortAnswer, tellAnswer } from './read-answer.ts';
import { interfaceOf } from './server-interface.ts';
import { type SubmittedTask, type TaskRecord, forgetTask, writeTaskRecordDurable } from './task-record.ts';

/** Unknown model, in the first interface. */
const MODEL_UNKNOWN = 550;
const MODEL_UNKNOWN_TEXT = /model/i;

/**
 * Not to be repeated once the record has `sentAt`. Failures: `inference-server-away`, `inference-server-refused` and
 * `inference-model-unknown`, which leave no task behind; `submission-uncertain`, which may.
 */
export async function submitTask(
  run: CoreRun, server: InferenceServer, files: AttemptFiles,
): Promise<SubmittedTask | Failure> {
  const { kind, submitURL, ...form } = interfaceOf(server);
  const bundle = await pack(kind, await listInput(run));
  let record: TaskRecord = { place: run.place, sendingSince: new Date().toISOString() };
  await writeTaskRecordDurable(files, record); // the intent
  const body = formatMultipart({ ...form, ...bundle }, async () => {
    record = { ...record, sentAt: new Date().toISOString() };
    await writeTaskRecordDurable(files, record); // from here on the server may have it
  });
  const answer = await callServer(
    server, { method: 'POST', url: submitURL(server), body, timeouts: TRANSFER }, readAnswer);
  const { sentAt } = record;
  if ('reason' in answer) {
    if (sentAt !== undefined && !server.resubmit) return uncertain(server, sentAt, answer.text);
    await forgetTask(files);
    return answer;
  }
  const taskId = isAccepted(answer) ? parseTaskId(server, answer.text) : undefined;
  if (taskId === undefined) {
    await forgetTask(files);
    return refusalOf(server, answer);
  }
  const submitted: SubmittedTask = { ...record, sentAt: sentAt ?? new Date().toISOString(), taskId };
  await writeTaskRecordDurable(files, submitted); // the commit point
  return submitted;
}

export function uncertain(server: InferenceServer, sentAt: string, text: string): Failure {
  return { reason: 'submission-uncertain', url: server.url, sentAt, text };
}

async function listInput(run: CoreRun): Promise<BundledFile[]> {
  const folder = inputFolder({ data: run.dataFolder, output: run.outputFolder });
  const files: BundledFile[] = [];
  for (const name of await listDirectory(folder)) {
    const path = join(folder, name);
    const stats = await lstat(path);
    if (stats.isFile()) files.push({ path, name, bytes: stats.size });
  }
  return files;
}

function isAccepted({ status }: ShortAnswer): boolean {
  return status >= 200 && status < 300;
}

/** A JSON string or number that can be part of an address. */
function parseTaskId(server: InferenceServer, text: string): string | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const found = interfaceOf(server).findTaskId(answer);
  const taskId = typeof found === 'number' ? String(found) : found;
  const isUsable = typeof taskId === 'string' && /^[\x21-\x7e]{1,200}$/.test(taskId) && !/^\.+$/.test(taskId);
  return isUsable ? taskId : undefined;
}

/** An answer is no doubt: the server has not taken the task. */
function refusalOf(server: InferenceServer, answer: ShortAnswer): Failure {
  const { status, text } = answer;
  const { url, model } = server;
  if (status === MODEL_UNKNOWN || (status === 404 && MODEL_UNKNOWN_TEXT.test(text))) {
    return { reason: 'inference-model-unknown', url, model };
  }
  const isPassing = status >= 500 || status === 408 || status === 425 || status === 429;
  if (isPassing) return { reason: 'inference-server-away', url, text: tellAnswer(answer) };
  const why = isAccepted(answer) ? `gave no task id: ${tellAnswer(answer)}` : tellAnswer(answer);
  return { reason: 'inference-server-refused', url, text: why };
}
