// dts forward PATH… --to DESTINATION: sends files at once, with a progress bar for the person who waits.

import { sendByHand } from '../flow/delivery/send-by-hand.ts';
import { failureText } from '../job/failure-text.ts';
import { isTemporary } from '../job/failure.ts';
import type { CommonOptions } from './declaration.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { openStation } from './open-station.ts';
import { openProgress } from './progress.ts';
import { stopSignal } from './stop-signal.ts';
import { unknownWord, UsageFault } from './usage-fault.ts';

export async function forwardByHand(
  paths: readonly string[], to: string, options: CommonOptions,
): Promise<ExitStatus> {
  if (paths.length === 0) throw new UsageFault('--to needs files or folders to send');
  const { station, console } = await openStation('forward', options);
  const progress = openProgress();
  const sent = await sendByHand(station, paths, to, stopSignal(), (done, total) => {
    progress.show(done, total, `to ${to}`);
  });
  if ('unknown' in sent) throw unknownWord('destination', to, sent.unknown);
  if ('missing' in sent) throw new UsageFault(`there is no file or folder ${sent.missing}`);
  const summary = `${to}: ${sent.stored} of ${sent.total} instances stored`;
  progress.end(options.verbose === true ? undefined : summary);
  for (const { file, text } of sent.skipped) {
    console.message('warning', `${file}: not sent: ${text}; what is DICOM is sent`);
  }
  for (const failure of sent.failures) {
    console.message('error', `${to}: not all sent: ${failureText(failure)}; send again`);
  }
  console.message('info', summary);
  if (sent.total === 0) console.message('error', `${to}: nothing sent: no DICOM file is among what was named`);
  return worst([
    sent.total === 0 ? EXIT.data : EXIT.done,
    ...sent.failures.map((failure) => (isTemporary(failure) ? EXIT.retry : EXIT.refused)),
  ]);
}
