// What is known of an attempt's task on an inference server: the file inference-task.json. Submitting twice makes two
// tasks, so each step of it is on disk before the next is taken.
//
// | the record               | what may be true                              | after a crash                       |
// |--------------------------|-----------------------------------------------|-------------------------------------|
// | is missing, or no sentAt | the server lacks the end of what it was sent   | sent again                          |
// | sentAt, no taskId        | the server has the task, or has not            | held, or sent again: `resubmit`     |
// | taskId                   | it has                                         | asked for the result                |
// | end                      | the output is here, or there will be none      | told again                          |
// | deleted                  | the server has forgotten it                    |                                     |

import { removeFileDurable, writeJsonDurable } from '../../spool/durable.ts';
import { findJson } from '../../spool/read.ts';
import type { AttemptFiles } from '../attempt-files.ts';
import type { CoreState } from '../executor.ts';

export type TaskEnd = Extract<CoreState, { state: 'ended' | 'vanished' | 'failed' }>;

/** All times ISO 8601 UTC. */
export interface TaskRecord {
  /** Of the core in its chain. */
  readonly place: number;
  readonly sendingSince: string;
  /** Written just before the last bytes of the request. */
  readonly sentAt?: string;
  readonly taskId?: string;
  readonly end?: TaskEnd;
  /** By a person or a limit: nothing of it is wanted any more. */
  readonly cancelled?: boolean;
  readonly deleted?: boolean;
}

/** The record of a task that the server has. */
export type SubmittedTask = TaskRecord & Required<Pick<TaskRecord, 'sentAt' | 'taskId'>>;

export async function findTaskRecord(files: AttemptFiles): Promise<TaskRecord | undefined> {
  return findJson<TaskRecord>(files.inferenceTask);
}

export async function writeTaskRecordDurable(files: AttemptFiles, record: TaskRecord): Promise<void> {
  await writeJsonDurable(files.inferenceTask, record);
}

/** For a submission that has come to nothing for certain. */
export async function forgetTask(files: AttemptFiles): Promise<void> {
  await removeFileDurable(files.inferenceTask);
}

export function isSubmitted(record: TaskRecord): record is SubmittedTask {
  return record.taskId !== undefined;
}
