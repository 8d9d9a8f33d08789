// dts forward PATH… --to DESTINATION: sends files at once, with a progress bar for the person who waits.

import { sendByHand, type SentSoFar } from '../flow/delivery/send-by-hand.ts';
import { heldText } from '../flow/delivery/why-delivery-waits.ts';
import { findHold } from '../flow/route/find-hold.ts';
import { failureText } from '../job/failure-text.ts';
import { isTemporary } from '../job/failure.ts';
import type { CommonOptions } from './declaration.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { formatBytes } from './format-table.ts';
import { openStation } from './open-station.ts';
import { openProgress } from './progress.ts';
import { stopSignal } from './stop-signal.ts';
import { unknownDestination } from './unknown-destination.ts';
import { UsageFault } from './usage-fault.ts';

export async function forwardByHand(
  paths: readonly string[], to: string, options: CommonOptions,
): Promise<ExitStatus> {
  if (paths.length === 0) throw new UsageFault('--to needs files or folders to send');
  const { station, console } = await openStation('forward', options);
  const held = await findHold(station, to);
  if (held !== undefined) console.message('warning', `${to}: ${heldText(held)}; sent all the same`);
  const progress = openProgress();
  progress.say('looking into the files');
  const begun = performance.now();
  const sent = await sendByHand(station, paths, to, stopSignal(), (soFar) => {
    progress.show(soFar.instances, soFar.total, `to ${to}, ${rateText(soFar, (performance.now() - begun) / 1000)}`);
  });
  progress.end();
  if ('unknown' in sent) throw unknownDestination(station.configuration, to, sent.unknown);
  if ('missing' in sent) throw new UsageFault(`there is no file or folder ${sent.missing}`);
  for (const { file, text } of sent.skipped) {
    console.message('warning', `${file}: not sent: ${text}; what is DICOM is sent`);
  }
  for (const { file = to, failure } of sent.unsent) {
    console.message('error', `${file}: not stored: ${failureText(failure)}; send it again`);
  }
  const missing = `${sent.total - sent.stored} of ${sent.total} instances not stored`;
  const summary = `${to}: ${sent.stored} of ${sent.total} instances stored`;
  if (sent.stopped) console.message('warning', `${to}: stopped: ${missing}; send them again`);
  else if (sent.failure !== undefined) {
    console.message('error', `${to}: ${missing}: ${failureText(sent.failure)}; send them again`);
  }
  if (options.verbose === true) console.message('info', summary);
  else progress.end(summary);
  if (sent.total === 0 && !sent.stopped) {
    console.message('error', `${to}: nothing sent: no DICOM file is among what was named`);
  }
  const failures = [...sent.unsent.map(({ failure }) => failure), sent.failure ?? []].flat();
  return worst([
    sent.total === 0 ? EXIT.data : EXIT.done,
    ...failures.map((failure) => (isTemporary(failure) ? EXIT.retry : EXIT.refused)),
  ]);
}

function rateText({ instances, bytes }: SentSoFar, seconds: number): string {
  return `${Math.round(instances / seconds)} instances/s, ${formatBytes(Math.round(bytes / seconds))}/s`;
}
