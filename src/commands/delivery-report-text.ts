// All that is known of a delivery, as text.

import { formatStatus } from '../dicom/status.ts';
import type { DeliveryReport } from '../flow/delivery/report-delivery.ts';
import { considerationText, matchText, routeText } from '../flow/route/route-text.ts';
import type { DeliveryCommitment } from '../job/commitment.ts';
import { nameSyntax } from '../job/context-refused-text.ts';
import type { Answer } from '../job/delivery.ts';
import { failureText } from '../job/failure-text.ts';
import { oneLine } from '../job/one-line.ts';
import { clockText } from './clock-text.ts';

const SECOND_COPY = ', a second copy: its job does not wait for it';

/** @param timezone the station's, for times of the week */
export function formatDeliveryReport(report: DeliveryReport, timezone: string): string {
  const { state, delivery, path, waits, considered, routes, answers, clock, failures, prepared, commitment } = report;
  const { matches = [] } = delivery;
  const lines = [
    `${delivery.DeliveryId}: ${state}`,
    `  job          ${delivery.JobId}`,
    `  destination  ${oneLine(delivery.destination)}${delivery.optional === true ? SECOND_COPY : ''}`,
    `  study        ${delivery.StudyInstanceUID}`,
    `  accession    ${oneLine(delivery.AccessionNumber) || '(none)'}`,
    `  instances    ${delivery.instances.length}`,
    ...matches.map((match) => `  matched      ${oneLine(matchText(match))}`),
    `  directory    ${path}`,
    ...waitLines({ state, waits, clock }),
    ...prepared.map((one) => `  changed      ${preparedText(one)}`),
    ...commitment === undefined ? [] : commitmentLines(commitment, delivery.instances.length),
    ...failures.map((failure) => `  failed       ${failureText(failure)}`),
    ...considered.length < 2 ? [] : considered.map((one) => {
      return `  may go to    ${oneLine(`${one.destination}: ${considerationText(one, timezone)}`)}`;
    }),
    ...routes.map((route) => `  ${route.time}  ${oneLine(routeText(route, timezone))}`),
    ...answers.map(answerLine),
  ];
  return `${lines.join('\n')}\n`;
}

function commitmentLines({ destination, committed, transactions }: DeliveryCommitment, instances: number): string[] {
  return [
    `  committed    ${committed.length} of ${instances} instances, by ${oneLine(destination)}`,
    ...transactions.map(({ TransactionUID, askedAt, accepted, instances: asked }) => {
      const how = accepted === true ? 'not reported yet' : 'the asking was cut off';
      return `  asked        ${askedAt}  for ${asked.length} instances, transaction ${TransactionUID}: ${how}`;
    }),
  ];
}

function answerLine(answer: Answer): string {
  const { time, SOPInstanceUID, destination } = answer;
  const told = 'status' in answer ? storedText(answer) : failureText(answer.failure);
  return `  ${time}  ${SOPInstanceUID}${destination === undefined ? '' : ` at ${oneLine(destination)}`}: ${told}`;
}

function storedText(answer: Extract<Answer, { status: number }>): string {
  return answer.path === undefined ? formatStatus(answer.status) + conversionText(answer) : `lies in ${oneLine(answer.path)}`;
}

function conversionText({ sentAs }: { readonly sentAs?: string }): string {
  return sentAs === undefined ? '' : `, converted to ${nameSyntax(sentAs)}`;
}

/** Of one that is open: why it waits, and what its last try came to where that is not why. */
function waitLines(
  { state, waits, clock }: { state: string; waits: DeliveryReport['waits']; clock: DeliveryReport['clock'] },
): string[] {
  if (state === 'confirming' && waits === undefined) return ['  waits        for nothing: the next dts forward asks'];
  if (state !== 'pending' && waits === undefined) return [];
  if (waits?.waitsFor === 'report') return [`  waits        ${oneLine(waits.text)}`];
  const tried = clock === undefined ? [] : [`  next try     ${clockText(clock)}`];
  if (waits?.waitsFor === 'retry') return tried;
  return [`  waits        ${waits === undefined ? 'for nothing: the next dts forward sends it' : oneLine(waits.text)}`, ...tried];
}

/** More elements than these are counted. */
const MOST_TOLD = 12;

function preparedText({ destination, changed, unchanged, unfit, elements }: DeliveryReport['prepared'][number]): string {
  const counts = Object.entries(elements);
  const told = counts.slice(0, MOST_TOLD).map(([element, count]) => `${element} (${count})`);
  const more = counts.length > MOST_TOLD ? [`${counts.length - MOST_TOLD} more elements`] : [];
  const others = [...unchanged === 0 ? [] : [`${unchanged} as they are`], ...unfit === 0 ? [] : [`${unfit} cannot leave`]];
  const instances = [`${changed} instances for ${oneLine(destination)}`, ...others].join(', ');
  return `${instances}${told.length === 0 ? '' : `: ${[...told, ...more].join(', ')}`}`;
}
