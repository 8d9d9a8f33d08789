// Runs a core on an inference server: sends the input, asks for the result, takes it in.
//
// A submission cannot be repeated without making a second task, so what is known of it is on disk before and after each
// step (task-record.ts). All else can be repeated, by any host. The server keeps the task until `release`: as long as
// the output has not proved to be good, somebody may want to look at it there.

import type { InferenceServer } from '../../config/core-specification.ts';
import type { Failure } from '../../job/failure.ts';
import { removeFileDurable } from '../../spool/durable.ts';
import { AttemptFiles } from '../attempt-files.ts';
import type { CoreRun, CoreStarted, CoreState, Executor } from '../executor.ts';
import { trimLog } from '../kept-log.ts';
import { askForResult } from './ask-for-result.ts';
import { deleteTask } from './delete-task.ts';
import { noteInLog } from './server-log.ts';
import { submitTask, uncertain } from './submit-task.ts';
import { findTaskRecord, isSubmitted, type SubmittedTask, writeTaskRecordDurable } from './task-record.ts';

export const inferenceServerExecutor: Executor = { start, poll, cancel, collect, release };

async function start(run: CoreRun): Promise<CoreStarted | Failure> {
  const files = new AttemptFiles(run.attemptFolder);
  const server = serverOf(run);
  const record = await findTaskRecord(files);
  if (record !== undefined && isSubmitted(record)) return startedAs(server, record);
  if (record?.sentAt !== undefined && !server.resubmit) return uncertain(server, record.sentAt, BROKE_OFF);
  const submitted = await submitTask(run, server, files);
  if ('reason' in submitted) return submitted;
  await noteInLog(files, `sent to ${server.url} for model ${server.model}: task ${submitted.taskId}`);
  return startedAs(server, submitted);
}

async function poll(run: CoreRun): Promise<CoreState> {
  const files = new AttemptFiles(run.attemptFolder);
  const server = serverOf(run);
  const record = await findTaskRecord(files);
  if (record?.end !== undefined) return record.end;
  if (record?.sentAt === undefined) return { state: 'not-started' };
  if (isSubmitted(record)) return askForResult(run, server, files, record);
  return server.resubmit ? { state: 'not-started' }
    : { state: 'undecided', failure: uncertain(server, record.sentAt, BROKE_OFF) };
}

/** Nothing of it is wanted any more; what keeps the server from deleting it now does not keep us from saying so. */
async function cancel(run: CoreRun): Promise<void> {
  const files = new AttemptFiles(run.attemptFolder);
  const record = await findTaskRecord(files);
  if (record === undefined || record.cancelled === true) return;
  await writeTaskRecordDurable(files, { ...record, cancelled: true, end: record.end ?? { state: 'vanished' } });
}

/** A result that was taken in is there twice; one that cannot be used stays for the person who looks. */
async function collect(run: CoreRun): Promise<void> {
  const files = new AttemptFiles(run.attemptFolder);
  await trimLog(files.stdout);
  if ((await findTaskRecord(files))?.end?.state === 'ended') await removeFileDurable(files.inferenceResult);
}

async function release(run: CoreRun): Promise<Failure | undefined> {
  const files = new AttemptFiles(run.attemptFolder);
  const record = await findTaskRecord(files);
  if (record === undefined || record.place !== run.place || !isSubmitted(record)) return undefined;
  const server = serverOf(run);
  return server.deleteRemote || record.cancelled === true ? deleteTask(server, files, record) : undefined;
}

/** What was found on disk only. */
const BROKE_OFF = 'DTS was ended just then';

function startedAs({ url }: InferenceServer, { taskId }: SubmittedTask): CoreStarted {
  return { started: true, handle: `task ${taskId} at ${url}` };
}

function serverOf({ core, stream }: CoreRun): InferenceServer {
  if (core.inferenceServer === undefined) throw new Error(`the core of ${stream} names no inference server`);
  return core.inferenceServer;
}
