// Finds out what has become of a task: asks the server, at most as often as configured, and takes the result in when
// there is one.
//
// Any host may ask: what was said last stands in the attempt's folder (inference-asked.json). Losing that note costs a
// question.

import type { InferenceServer } from '../../config/core-specification.ts';
import type { Failure } from '../../job/failure.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import { exists, findJson } from '../../spool/read.ts';
import type { AttemptFiles } from '../attempt-files.ts';
import type { CoreRun, CoreState, CoreTrouble } from '../executor.ts';
import { type AnswerMeaning, meaningOf } from './answer-meaning.ts';
import { fetchResult } from './fetch-result.ts';
import { type ShortAnswer, tellAnswer } from './read-answer.ts';
import { noteInLog } from './server-log.ts';
import { type SubmittedTask, type TaskEnd, writeTaskRecordDurable } from './task-record.ts';
import { unpackResult } from './unpack-result.ts';

/** What the server said last. Times in ISO 8601 UTC. */
interface AskedNote {
  readonly askedAt: string;
  readonly askAgainAt: string;
  /** Since when it has said nothing else but that it does not know the task. */
  readonly unknownSince?: string;
  /** Why there was no answer of use, and how often in a row. */
  readonly trouble?: { readonly failure: Failure; readonly times: number };
}

/** A server says for some seconds that it does not know what it was just given; one that goes on so has lost it. */
const UNKNOWN_SECONDS: Readonly<Partial<Record<AnswerMeaning, number>>> = { 'unknown': 120, 'perhaps unknown': 3600 };
/** Between two questions to a server that does not work, when many were in vain. */
const LONGEST_SECONDS = 900;

export async function askForResult(
  run: CoreRun, server: InferenceServer, files: AttemptFiles, task: SubmittedTask,
): Promise<CoreState> {
  if (task.end !== undefined) return task.end;
  if (await exists(files.inferenceResult)) return takeIn(run, files, task);
  const note = await findJson<AskedNote>(files.inferenceAsked);
  if (note !== undefined && isTooEarly(note)) return stateOf(note);

  const fetched = await fetchResult(run, server, files, task.taskId);
  if ('fetched' in fetched) return takeIn(run, files, task);
  if (!('reason' in fetched)) return judge(fetched, server, files, task, note);
  if (fetched.reason === 'output-bytes') return end(files, task, failed('too much output', fetched));
  return wait(server, files, { ...note, ...troubleAfter(note, fetched) });
}

/** An answer without a result. */
async function judge(
  answer: ShortAnswer, server: InferenceServer, files: AttemptFiles, task: SubmittedTask, note: AskedNote | undefined,
): Promise<CoreState> {
  const { url, model } = server;
  const { taskId } = task;
  const meaning = meaningOf(answer.status, server.version);
  const text = tellAnswer(answer);
  switch (meaning) {
    case 'pending':
      return wait(server, files, {});
    case 'unknown': case 'perhaps unknown': {
      const unknownSince = note?.unknownSince ?? new Date().toISOString();
      const seconds = (Date.now() - Date.parse(unknownSince)) / 1000;
      if (seconds > (UNKNOWN_SECONDS[meaning] ?? 0)) {
        await noteInLog(files, `the server does not know the task any more: it ${text}`);
        return end(files, task, { state: 'vanished' });
      }
      if (meaning === 'unknown') return wait(server, files, { unknownSince });
      return wait(server, files, {
        unknownSince, ...troubleAfter(note, { reason: 'inference-server-away', url, text }),
      });
    }
    case 'failed':
      return end(files, task, failed('server 552', { reason: 'inference-task-failed', url, taskId, text }));
    case 'without output':
      return end(files, task, failed('server 553', { reason: 'inference-output-missing', url, taskId }));
    case 'model unknown':
      return end(files, task, failed('server 550', { reason: 'inference-model-unknown', url, model }));
    case 'trouble':
      return wait(server, files, { ...note, ...troubleAfter(note, { reason: 'inference-server-away', url, text }) });
  }
}

function troubleAfter(note: AskedNote | undefined, failure: Failure): Pick<AskedNote, 'trouble'> {
  return { trouble: { failure, times: (note?.trouble?.times ?? 0) + 1 } };
}

/** Writes down when the server is asked again: later each time while it does not work. */
async function wait(
  { pollSeconds }: InferenceServer, files: AttemptFiles, { unknownSince, trouble }: Partial<AskedNote>,
): Promise<CoreState> {
  const longest = Math.max(pollSeconds, LONGEST_SECONDS);
  const seconds = trouble === undefined ? pollSeconds : Math.min(pollSeconds * 2 ** trouble.times, longest);
  const now = Date.now();
  const note: AskedNote = {
    askedAt: new Date(now).toISOString(),
    askAgainAt: new Date(now + seconds * 1000).toISOString(),
    ...(unknownSince === undefined ? {} : { unknownSince }),
    ...(trouble === undefined ? {} : { trouble }),
  };
  await writeJsonDurable(files.inferenceAsked, note);
  return stateOf(note);
}

/** A note from the future was written before the computer's clock was set back. */
function isTooEarly({ askedAt, askAgainAt }: AskedNote): boolean {
  return Date.parse(askedAt) <= Date.now() && Date.now() < Date.parse(askAgainAt);
}

function stateOf({ trouble, askAgainAt }: AskedNote): CoreState {
  if (trouble === undefined) return { state: 'running' };
  const told: CoreTrouble = { failure: trouble.failure, tryAgainAt: askAgainAt };
  return { state: 'running', trouble: told };
}

/** The result is here: unpacks it. One that cannot be used stays for a person to look at. */
async function takeIn(run: CoreRun, files: AttemptFiles, task: SubmittedTask): Promise<CoreState> {
  const unpacked = await unpackResult(run, files);
  if ('reason' in unpacked) return end(files, task, failed('result refused', unpacked));
  await noteInLog(files, `got ${unpacked.files} files of ${unpacked.bytes} bytes in all`);
  return end(files, task, { state: 'ended', exitCode: 0 });
}

function failed(outcome: string, failure: Failure): TaskEnd {
  return { state: 'failed', outcome, failure };
}

/** From here on the server is asked no more. */
async function end(files: AttemptFiles, task: SubmittedTask, state: TaskEnd): Promise<CoreState> {
  await writeTaskRecordDurable(files, { ...task, end: state });
  return state;
}
