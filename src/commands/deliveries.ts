// dts deliveries: looks at deliveries and changes them.

import { changeDelivery } from '../flow/change-delivery.ts';
import type { JobChange } from '../flow/change-job.ts';
import { findDeliveries, type DeliveryFilter } from '../flow/find-deliveries.ts';
import { DELIVERY_STATES, isDeliveryState } from '../job/delivery-state.ts';
import { failureText } from '../job/failure-text.ts';
import type { Failure } from '../job/failure.ts';
import { findAnswers, findDelivery, findDeliveryState } from '../spool/delivery-store.ts';
import { findClock } from '../spool/job-store.ts';
import { findJson } from '../spool/read.ts';
import { formatStatus } from '../dicom/status.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { UsageFault } from './usage-fault.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { formatTable, visible } from './format-table.ts';
import { openStation, type OpenStation } from './open-station.ts';

interface Options extends CommonOptions {
  readonly state?: string;
  readonly stream?: string;
  readonly destination?: string;
  readonly accession?: string;
  readonly patient?: string;
  readonly study?: string;
  readonly json?: boolean;
}

export const deliveries: Declaration = {
  command: declare('deliveries', 'list deliveries, show one, or change some')
    .argument('[what]', 'list, show, retry, cancel, hold or release', 'list')
    .argument('[delivery...]', 'DeliveryIds; for retry, cancel, hold and release the filters choose them too')
    .option('--state <state>', `only in this state: ${DELIVERY_STATES.join(', ')}`)
    .option('--stream <name>', 'only of this stream')
    .option('--destination <name>', 'only to this destination')
    .option('--accession <number>', 'only with this AccessionNumber')
    .option('--patient <id>', 'only of this PatientID')
    .option('--study <uid>', 'only of this StudyInstanceUID')
    .option('--json', 'as JSON'),
  examples: [
    ['dts deliveries', 'all deliveries'],
    ['dts deliveries --state pending --destination PACS', 'what PACS has yet to get'],
    ['dts deliveries retry --state failed --destination PACS', 'once PACS is mended'],
  ],
  statuses: [EXIT.data, EXIT.retry, EXIT.configuration],
  async run([what = 'list', ...DeliveryIds], options: Options) {
    const opened = await openStation('deliveries', options);
    switch (what) {
      case 'list': return list(opened, options);
      case 'show': return show(opened, DeliveryIds, options);
      case 'retry': case 'cancel': case 'hold': case 'release': return change(opened, what, DeliveryIds, options);
      default: throw new UsageFault(`there is no deliveries ${what}: list, show, retry, cancel, hold or release`);
    }
  },
};

async function list({ station }: OpenStation, options: Options): Promise<ExitStatus> {
  const found = await findDeliveries(station.layout, filterOf(options));
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(found.map(({ state, delivery }) => ({ state, ...delivery })), null, 2)}\n`);
    return EXIT.done;
  }
  const rows: string[][] = [];
  for (const { state, delivery, folder } of found) {
    const clock = state === 'pending' ? await findClock(folder) : undefined;
    rows.push([state, delivery.destination, String(delivery.instances.length), delivery.AccessionNumber,
      delivery.DeliveryId, clock === undefined ? '' : `after ${clock.notBefore}: ${failureText(clock.last)}`]);
  }
  const headings = ['STATE', 'DESTINATION', 'INSTANCES', 'ACCESSION', 'DELIVERY', 'NEXT TRY'];
  process.stdout.write(formatTable(headings, rows, process.stdout.columns));
  return EXIT.done;
}

async function show({ station }: OpenStation, DeliveryIds: readonly string[], options: Options): Promise<ExitStatus> {
  if (DeliveryIds.length === 0) throw new UsageFault('a DeliveryId is needed; dts deliveries list shows them');
  for (const DeliveryId of DeliveryIds) {
    const state = await findDeliveryState(station.layout, DeliveryId);
    const stored = state === undefined ? undefined : await findDelivery(station.layout, state, DeliveryId);
    if (stored === undefined) throw unknown(DeliveryId);
    const { delivery, folder } = stored;
    const answers = await findAnswers(folder);
    const clock = await findClock(folder);
    const failures = await findJson<Failure[]>(folder.failures) ?? [];
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify({ state, delivery, answers, clock, failures }, null, 2)}\n`);
      continue;
    }
    const lines = [
      `${DeliveryId}: ${state}`,
      `  job          ${delivery.JobId}`,
      `  destination  ${delivery.destination}`,
      `  study        ${delivery.StudyInstanceUID}`,
      `  instances    ${delivery.instances.length}`,
      `  directory    ${folder.path}`,
      ...clock === undefined ? [] : [`  next try     ${clock.notBefore}, ${clock.failedTries} failed: ${failureText(clock.last)}`],
      ...failures.map((failure) => `  failed       ${visible(failureText(failure))}`),
      ...answers.map((answer) => `  ${answer.time}  ${answer.SOPInstanceUID}: `
        + ('status' in answer ? formatStatus(answer.status) : visible(failureText(answer.failure)))),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return EXIT.done;
}

async function change(
  { station }: OpenStation, what: JobChange, DeliveryIds: readonly string[], options: Options,
): Promise<ExitStatus> {
  const filter = filterOf(options);
  if (DeliveryIds.length === 0 && Object.keys(filter).length === 0) {
    throw new UsageFault(`deliveries ${what} needs a DeliveryId or a filter such as --state failed`);
  }
  const chosen = DeliveryIds.length > 0 ? DeliveryIds
    : (await findDeliveries(station.layout, filter)).map(({ delivery }) => delivery.DeliveryId);
  const statuses: ExitStatus[] = [];
  for (const DeliveryId of chosen) {
    const outcome = await changeDelivery(station, DeliveryId, what);
    if (outcome === 'unknown') throw unknown(DeliveryId);
    if (outcome === 'busy') {
      process.stderr.write(`dts deliveries: warning: ${DeliveryId}: not changed: its destination is being sent to; try again\n`);
      statuses.push(EXIT.retry);
    } else if ('refused' in outcome) {
      process.stderr.write(`dts deliveries: error: ${DeliveryId}: not changed: it is ${outcome.refused}, which has no ${what}\n`);
      statuses.push(EXIT.data);
    } else {
      process.stdout.write(`${DeliveryId}: ${outcome.moved}\n`);
    }
  }
  return worst(statuses);
}

function unknown(DeliveryId: string): UsageFault {
  return new UsageFault(`there is no delivery ${DeliveryId}; dts deliveries list shows them`);
}

function filterOf({ state, stream, destination, accession, patient, study }: Options): DeliveryFilter {
  if (state !== undefined && !isDeliveryState(state)) {
    throw new UsageFault(`there is no state ${state}: ${DELIVERY_STATES.join(', ')}`);
  }
  return {
    ...(state === undefined ? {} : { state }),
    ...(stream === undefined ? {} : { stream }),
    ...(destination === undefined ? {} : { destination }),
    ...(accession === undefined ? {} : { accession }),
    ...(patient === undefined ? {} : { patient }),
    ...(study === undefined ? {} : { study }),
  };
}
