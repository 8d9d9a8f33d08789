// dts forward: sends the deliveries that are due, or files by hand.

import { deliverDue } from '../flow/deliver.ts';
import { sendByHand } from '../flow/send-by-hand.ts';
import { failureText } from '../job/failure-text.ts';
import { isTemporary, type Failure } from '../job/failure.ts';
import { findDeliveryState } from '../spool/delivery-store.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { UsageFault } from './ending.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { openStation, type OpenStation } from './open-station.ts';
import { openProgress } from './progress.ts';
import { addRepetition, repeat, type Repetition } from './repeat.ts';
import { stopSignal } from './stop-signal.ts';

interface Options extends CommonOptions, Repetition {
  readonly to?: string;
}

export const forward: Declaration = {
  command: addRepetition(declare('forward', 'send the deliveries that are due, or files by hand')
    .argument('[what...]', 'a DeliveryId; with --to: files and folders')
    .option('--to <destination>', 'send files and folders to a destination of the configuration, by its name')),
  examples: [
    ['dts forward', 'sends what is due'],
    ['dts forward --for 55s --every 4s', 'what cron does'],
    ['dts forward 20261120T081530123Z-AICore-1a2b3c4d-PACS-5e6f7a8b', 'sends one delivery now, due or not'],
    ['dts forward --to PACS /data/site/archive/scp_1.2.3', 'sends files by hand'],
  ],
  statuses: [EXIT.data, EXIT.inputOutput, EXIT.retry, EXIT.refused, EXIT.configuration],
  async run(what, options: Options) {
    const opened = await openStation('forward', options);
    if (options.to !== undefined) return byHand(opened, what, options.to);
    if (what.length > 1) throw new UsageFault('one DeliveryId at a time, or files with --to');
    const [only] = what;
    if (only !== undefined) await mustBePending(opened, only);
    const signal = stopSignal();
    const progress = openProgress();
    return repeat(options, signal, async (): Promise<ExitStatus> => {
      const outcome = await deliverDue(opened.station, {
        signal,
        ...(only === undefined ? {} : { only }),
        answered: ({ instances, destination }, done) => { progress.show(done, instances.length, `to ${destination}`); },
      });
      progress.end();
      return worst([
        outcome.failed > 0 ? EXIT.refused : EXIT.done,
        outcome.postponed > 0 ? EXIT.retry : EXIT.done,
      ]);
    });
  },
};

async function mustBePending({ station }: OpenStation, DeliveryId: string): Promise<void> {
  const state = await findDeliveryState(station.layout, DeliveryId);
  if (state === undefined) throw new UsageFault(`there is no delivery ${DeliveryId}; dts deliveries list shows them`);
  if (state !== 'pending') throw new UsageFault(`delivery ${DeliveryId} is ${state}; dts deliveries retry puts it back`);
}

async function byHand({ station, console }: OpenStation, paths: readonly string[], to: string): Promise<ExitStatus> {
  if (paths.length === 0) throw new UsageFault('--to needs files or folders to send');
  const progress = openProgress();
  const sent = await sendByHand(station, paths, to, stopSignal(), (done, total) => {
    progress.show(done, total, `to ${to}`);
  });
  progress.end();
  if ('unknown' in sent) {
    throw new UsageFault(`there is no destination ${to} in the configuration (there are: ${sent.unknown.join(', ') || 'none'})`);
  }
  for (const { file, text } of sent.skipped) console.message('warning', `${file}: not sent: ${text}; the others are`);
  for (const failure of sent.failures) console.message('error', `${to}: not all sent: ${failureText(failure)}; send again`);
  console.message('info', `${to}: ${sent.stored} of ${sent.total} instances stored`);
  return worst(sent.failures.map(statusOfFailure));
}

function statusOfFailure(failure: Failure): ExitStatus {
  return isTemporary(failure) ? EXIT.retry : EXIT.refused;
}
