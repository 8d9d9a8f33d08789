// dts forward: sends the deliveries that are due, or files by hand.

import type { DeliverOptions } from '../flow/delivery/deliver.ts';
import { nothingIsToBeSent } from '../spool/idle.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import type { OpenStation } from './open-station.ts';
import { addRepetition, validateRepetition, type Repetition } from './repeat.ts';
import { repeatSideBySide } from './repeat-side-by-side.ts';
import { tick } from './tick.ts';
import { UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions, Repetition {
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const forward: Declaration = {
  command: addRepetition(addSite(declare('forward', 'send the deliveries that are due, or files by hand'))
    .argument('[what...]', 'a DeliveryId or the beginning of one; with --to: files and folders')
    .option('--to <destination>', 'send files and folders to a destination of the configuration, by its name')
    .option('--dry-run', 'with --to: send nothing, show what would be changed in each file')
    .option('--json', 'with --dry-run: as JSON')),
  examples: [
    ['dts forward', 'sends what is due'],
    ['dts forward --for 55s --every 4s', 'what cron does'],
    ['dts forward 20261120T081530123Z-AICore-1a2b3c4d-PACS-5e6f7a8b', 'sends one delivery now, due or not'],
    ['dts forward --to PACS /data/site/archive/scp_1.2.3', 'sends files by hand'],
    ['dts forward --to PACS --dry-run ./study', 'shows what deidentify and morph of PACS would change'],
  ],
  statuses: [EXIT.data, EXIT.inputOutput, EXIT.retry, EXIT.refused, EXIT.configuration],
  async run(what, options: Options) {
    validateRepetition(options, what.length > 0 ? 'a DeliveryId or files' : undefined);
    if (options.json === true && options.dryRun !== true) throw new UsageFault('--json goes with --dry-run');
    if (options.dryRun === true) {
      if (options.to === undefined) throw new UsageFault('--dry-run goes with --to and files');
      const { forwardDryRun } = await import('./forward-dry-run.ts');
      return forwardDryRun(what, options.to, options);
    }
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

async function send({ station, console }: OpenStation, only: string | undefined, signal: AbortSignal): Promise<ExitStatus> {
  const { deliverDue } = await import('../flow/delivery/deliver.ts');
  const { confirmDue } = await import('../flow/commitment/confirm-due.ts');
  const { openProgress } = await import('./progress.ts');
  const DeliveryId = only === undefined ? undefined : await meantPendingDelivery(station, only);
  const progress = openProgress();
  const options: DeliverOptions = {
    signal,
    ...(DeliveryId === undefined ? {} : { only: DeliveryId }),
    sentDespite: (text) => { console.message('warning', `delivery ${DeliveryId}: sent all the same: ${text}`); },
    answered: ({ instances, destination }, done) => { progress.show(done, instances.length, `to ${destination}`); },
  };
  const outcomes = [await deliverDue(station, options), await confirmDue(station, options)];
  progress.end();
  return worst(outcomes.flatMap(({ stuck, held, failed, postponed }) => [
    stuck > 0 ? EXIT.inputOutput : EXIT.done,
    held > 0 ? EXIT.data : EXIT.done,
    failed > 0 ? EXIT.refused : EXIT.done,
    postponed > 0 ? EXIT.retry : EXIT.done,
  ]));
}

async function meantPendingDelivery(station: OpenStation['station'], word: string): Promise<string> {
  const { layout } = station;
  const { findDeliveryState } = await import('../spool/delivery-store.ts');
  const { meantDeliveryId } = await import('./meant-id.ts');
  const DeliveryId = await meantDeliveryId(layout, word);
  const state = await findDeliveryState(layout, DeliveryId);
  switch (state) {
    case 'pending': case 'confirming': case undefined: return mustNotBeHeld(station, DeliveryId);
    case 'done': throw new UsageFault(`delivery ${DeliveryId} is done; there is nothing left to send`);
    case 'held': throw new UsageFault(`delivery ${DeliveryId} is held; dts deliveries release lets it go on`);
    case 'failed': case 'cancelled':
      throw new UsageFault(`delivery ${DeliveryId} is ${state}; dts deliveries retry puts it back`);
  }
}

/** One that is gone by now is not due, either. */
async function mustNotBeHeld(station: OpenStation['station'], DeliveryId: string): Promise<string> {
  const { findDelivery } = await import('../spool/delivery-store.ts');
  const { findHoldOf } = await import('../flow/delivery/why-delivery-waits.ts');
  const { routeDelivery } = await import('../flow/route/route-delivery.ts');
  const stored = await findDelivery(station.layout, 'pending', DeliveryId);
  const routed = stored === undefined ? undefined : await routeDelivery(station, stored, true);
  if (stored === undefined || routed === undefined || !('wait' in routed)) return DeliveryId;
  const held = await findHoldOf(station, stored, routed.considered);
  if (held === undefined) return DeliveryId;
  const { destination } = held;
  throw new UsageFault(`${destination} is held; dts deliveries release --destination ${destination} lets it go on`);
}
