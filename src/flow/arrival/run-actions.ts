// Does what a stream's trigger-study or trigger-series asks for: `exec` and `send`. The third action, `job`, is
// make-jobs.ts.
//
// An action that was done is noted beside the claim and not done again; one that was cut off by a crash is done again:
// at least once, never not at all. One that fails is reported and not repeated, as in the original.

import type { Action, Stream } from '../../config/configuration.ts';
import { runProgram } from '../../core/run-action.ts';
import { failureText } from '../../job/failure-text.ts';
import type { ArrivalOrigin } from '../../job/job.ts';
import { postJson } from '../../network/post-json.ts';
import { appendLineDurable } from '../../spool/durable-lines.ts';
import { findText } from '../../spool/read.ts';
import type { Station } from '../station.ts';

/** An action of a program may not hold up all other arrivals for longer. */
const ACTION_TIMEOUT_SECONDS = 600;

/** What the placeholders of an action stand for. */
export interface ActionSubject {
  readonly origin: ArrivalOrigin;
  /** @PATH@: the study's or series' folder in raw/. */
  readonly path: string;
  /** @DESCRIPTION@: data.json of the study, or the series' description. */
  readonly descriptionFile: string;
  /** Name of the file that notes what was done. */
  readonly actionsDone: string;
}

/** @param place where the action stands in its list, counted from 0 */
export async function runAction(
  station: Station, stream: Stream, action: Exclude<Action, { type: 'job' }>, place: number, subject: ActionSubject,
): Promise<void> {
  const key = JSON.stringify([stream.name, subject.origin.SeriesInstanceUID === undefined ? 'study' : 'series', place]);
  if ((await findText(subject.actionsDone))?.split('\n').includes(key)) return;
  const about = { StudyInstanceUID: subject.origin.StudyInstanceUID, stream: stream.name, type: action.type };
  const fault = await perform(stream, action, subject);
  if (fault === undefined) station.events.write({ event: 'action-done', ...about });
  else station.events.write({ event: 'action-failed', ...about, text: fault });
  await appendLineDurable(subject.actionsDone, key);
}

/** @returns what went wrong, undefined where nothing did */
async function perform(
  stream: Stream, action: Exclude<Action, { type: 'job' }>, subject: ActionSubject,
): Promise<string | undefined> {
  switch (action.type) {
    case 'exec': {
      const cmd = action.cmd.map((argument) => fillActionPlaceholders(argument, stream, subject));
      const ended = await runProgram(cmd, { timeoutSeconds: ACTION_TIMEOUT_SECONDS });
      if ('reason' in ended) return failureText(ended);
      if (ended.exitCode === 0) return undefined;
      return `${cmd[0]} ended with exit status ${ended.exitCode}: ${ended.stderr.trim().split('\n').at(-1) ?? ''}`;
    }
    case 'send':
      return postJson(action.destination, await findText(subject.descriptionFile) ?? '{}');
  }
}

/** Replaces the original's placeholders within one argument; a value is never looked at again. */
export function fillActionPlaceholders(argument: string, stream: Stream, subject: ActionSubject): string {
  const nodes = stream.destinations.filter((destination) => destination.type === 'dicom'); // the original knew no other
  const destinations = nodes.map(({ AETitle, IP, PORT, filter }) => ({ AETitle, IP, PORT, filter }));
  const values = new Map([
    ['StudyInstanceUID', subject.origin.StudyInstanceUID],
    ['SeriesInstanceUID', subject.origin.SeriesInstanceUID ?? ''],
    ['PATH', subject.path],
    ['DESCRIPTION', subject.descriptionFile],
    ['StreamName', stream.name],
    ['destination', JSON.stringify(destinations)],
  ]);
  return argument.replace(/@(\w+)@/g, (placeholder, name: string) => values.get(name) ?? placeholder);
}
