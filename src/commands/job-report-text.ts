// A job for people: all that is known of it, a line each.

import { attemptsOf, type JobReport } from '../flow/job/job-report.ts';
import { failureText } from '../job/failure-text.ts';
import type { Attempt, Held, Result } from '../job/job.ts';
import { oneLine } from '../job/one-line.ts';
import { clockText } from './clock-text.ts';

export function formatReport(report: JobReport): string {
  const { job, state, path, attempt, cores, clock, waits, held, failures, lastLines, result } = report;
  const { arrival } = job;
  const sender = `${oneLine(arrival.callingAETitle)} (${arrival.address}) to ${oneLine(arrival.calledAETitle)}`;
  const lines = [
    `${job.JobId}: ${state}`,
    `  stream      ${job.stream}`,
    `  study       ${arrival.StudyInstanceUID}`,
    `  accession   ${oneLine(job.AccessionNumber) || '(none)'}`,
    `  arrived     ${arrival.arrivedAt} from ${sender}`,
    `  directory   ${path}`,
    ...job.selected.map((series) => `  series      ${series.SeriesInstanceUID} (${series.NameFromSelect})`),
    ...attemptsOf(attempt).flatMap((one) => [
      `  attempt     ${attemptText(one, cores)}`,
      ...one.imageDigest === undefined ? [] : [`  image       ${one.imageDigest}`],
    ]),
    ...held === undefined ? [] : [`  held        ${oneLine(heldText(held))}`],
    ...clock === undefined ? [] : [`  next try    ${clockText(clock)}`],
    ...waits === undefined ? [] : [`  waits       ${oneLine(waits)}`],
    ...failures.map((failure) => `  failed      ${failureText(failure)}`),
    ...lastLines.map((line) => `  said        ${oneLine(line)}`),
    ...result === undefined ? [] : [`  result      ${resultText(result)}`, ...steeringLines(result)],
    ...report.deliveries.map(({ DeliveryId, state: at, optional }) => {
      return `  delivery    ${DeliveryId}: ${at}${optional === true ? ', a second copy that the job does not wait for' : ''}`;
    }),
    ...report.logs.map((file) => `  log         ${file}`),
    '  timeline',
    ...report.timeline.map(({ time, text }) => `    ${time}  ${oneLine(text)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function attemptText(
  { attempt, core, handle = 'not started', queued, outcome }: Attempt, cores: number,
): string {
  const which = cores > 1 ? `, core ${core} of ${cores}` : '';
  const state = outcome ?? (queued === undefined ? 'running' : `queued (${oneLine(queued)})`);
  return `${attempt}${which}, ${handle}, ${state}`;
}

function heldText({ from, heldAt, by, reason }: Held): string {
  const who = by === undefined ? '' : ` by ${by}`;
  return `since ${heldAt}${who}, from ${from}${reason === undefined ? '' : `: ${reason}`}`;
}

function resultText({ instances, predictions }: Result): string {
  return `${instances.length} instances, ${predictions.length} values`;
}

/** What the core asked for, and got. */
function steeringLines({ steering = {} }: Result): string[] {
  const { destinations, discard, notify } = steering;
  return [
    ...destinations === undefined ? [] : [`  asked       to go to ${destinations.join(', ')} only`],
    ...discard === undefined ? [] : ['  asked       to be discarded: nothing is delivered'],
    ...notify === undefined ? [] : [`  asked       to tell somebody: ${oneLine(notify)}`],
  ];
}
