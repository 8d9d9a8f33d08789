// All that is known of a delivery, as text.

import { formatStatus } from '../dicom/status.ts';
import type { DeliveryReport } from '../flow/delivery/report-delivery.ts';
import { failureText } from '../job/failure-text.ts';
import { oneLine } from '../job/one-line.ts';
import { clockText } from './clock-text.ts';

export function formatDeliveryReport(
  { state, delivery, path, waits, answers, clock, failures }: DeliveryReport,
): string {
  const lines = [
    `${delivery.DeliveryId}: ${state}`,
    `  job          ${delivery.JobId}`,
    `  destination  ${oneLine(delivery.destination)}`,
    `  study        ${delivery.StudyInstanceUID}`,
    `  accession    ${oneLine(delivery.AccessionNumber) || '(none)'}`,
    `  instances    ${delivery.instances.length}`,
    `  directory    ${path}`,
    ...waitLines({ state, waits, clock }),
    ...failures.map((failure) => `  failed       ${failureText(failure)}`),
    ...answers.map((answer) => `  ${answer.time}  ${answer.SOPInstanceUID}: `
      + ('status' in answer ? formatStatus(answer.status) : failureText(answer.failure))),
  ];
  return `${lines.join('\n')}\n`;
}

/** Of one that is open: why it waits, and what its last try came to where that is not why. */
function waitLines(
  { state, waits, clock }: { state: string; waits: DeliveryReport['waits']; clock: DeliveryReport['clock'] },
): string[] {
  if (state !== 'pending' && waits === undefined) return [];
  const tried = clock === undefined ? [] : [`  next try     ${clockText(clock)}`];
  if (waits?.waitsFor === 'retry') return tried;
  return [`  waits        ${waits === undefined ? 'for nothing: the next dts forward sends it' : oneLine(waits.text)}`, ...tried];
}
