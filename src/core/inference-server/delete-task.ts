// Has an inference server forget a task: its input, its result, and the work on it where that goes on.

import type { InferenceServer } from '../../config/core-specification.ts';
import type { Failure } from '../../job/failure.ts';
import type { AttemptFiles } from '../attempt-files.ts';
import { callServer, WORD } from './call-server.ts';
import { readAnswer, tellAnswer } from './read-answer.ts';
import { interfaceOf } from './server-interface.ts';
import { noteInLog } from './server-log.ts';
import { type SubmittedTask, writeTaskRecordDurable } from './task-record.ts';

/**
 * What servers say of a task that is not there: deleted, no output, not found. 500, which the second interface
 * may mean by it, may also mean anything else.
 */
const GONE = [404, 410, 552, 553, 554];

/** Repeatable. @returns why the task is still there, undefined where it is not */
export async function deleteTask(
  server: InferenceServer, files: AttemptFiles, task: SubmittedTask,
): Promise<Failure | undefined> {
  if (task.deleted === true) return undefined;
  const { taskId } = task;
  const url = interfaceOf(server).taskURL(server, taskId);
  const answer = await callServer(server, { method: 'DELETE', url, timeouts: WORD }, readAnswer);
  if ('reason' in answer) return { reason: 'inference-task-left', url: server.url, taskId, text: answer.text };
  const isGone = (answer.status >= 200 && answer.status < 300) || GONE.includes(answer.status);
  if (!isGone) return { reason: 'inference-task-left', url: server.url, taskId, text: tellAnswer(answer) };
  await noteInLog(files, `deleted task ${taskId} on the server`);
  await writeTaskRecordDurable(files, { ...task, deleted: true });
  return undefined;
}
