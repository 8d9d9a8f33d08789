// dts forward: sends the deliveries that are due, or files by hand.

import { nothingIsToBeSent } from '../spool/idle.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import type { OpenStation } from './open-station.ts';
import { addRepetition, type Repetition } from './repeat.ts';
import { repeatSideBySide } from './repeat-side-by-side.ts';
import { tick } from './tick.ts';
import { UsageFault } from './usage-fault.ts';

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
    if (options.to !== undefined) {
      const { forwardByHand } = await import('./forward-by-hand.ts');
      return forwardByHand(what, options.to, options);
    }
    if (what.length > 1) throw new UsageFault('one DeliveryId at a time, or files with --to');
    const [only] = what;
    const isIdle = only === undefined ? nothingIsToBeSent : () => false;
    return tick('forward', options, isIdle, (opened, signal) => send(opened, only, signal), repeatSideBySide);
  },
};

async function send({ station }: OpenStation, only: string | undefined, signal: AbortSignal): Promise<ExitStatus> {
  const { deliverDue } = await import('../flow/deliver.ts');
  const { openProgress } = await import('./progress.ts');
  if (only !== undefined) await mustBePending(station, only);
  const progress = openProgress();
  const outcome = await deliverDue(station, {
    signal,
    ...(only === undefined ? {} : { only }),
    answered: ({ instances, destination }, done) => { progress.show(done, instances.length, `to ${destination}`); },
  });
  progress.end();
  return worst([
    outcome.failed > 0 ? EXIT.refused : EXIT.done,
    outcome.postponed > 0 ? EXIT.retry : EXIT.done,
  ]);
}

async function mustBePending({ layout }: OpenStation['station'], DeliveryId: string): Promise<void> {
  const { findDeliveryState } = await import('../spool/delivery-store.ts');
  const state = await findDeliveryState(layout, DeliveryId);
  if (state === undefined) throw new UsageFault(`there is no delivery ${DeliveryId}; dts deliveries list shows them`);
  if (state !== 'pending') throw new UsageFault(`delivery ${DeliveryId} is ${state}; dts deliveries retry puts it back`);
}
