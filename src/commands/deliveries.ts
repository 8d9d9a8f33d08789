// dts deliveries: looks at deliveries and changes them.

import { changeDelivery } from '../flow/delivery/change-delivery.ts';
import type { JobChange } from '../flow/job/change-job.ts';
import { findDeliveries, type DeliveryFilter } from '../flow/delivery/find-deliveries.ts';
import { personName } from '../host/person.ts';
import { DELIVERY_STATES, isDeliveryState, type DeliveryState } from '../job/delivery-state.ts';
import type { Answer, Delivery } from '../job/delivery.ts';
import { failureText } from '../job/failure-text.ts';
import type { Failure } from '../job/failure.ts';
import type { Clock } from '../job/job.ts';
import { oneLine } from '../job/one-line.ts';
import { findAnswers, findDelivery, findDeliveryState } from '../spool/delivery-store.ts';
import { findClock } from '../spool/job-store.ts';
import { findJson } from '../spool/read.ts';
import { formatStatus } from '../dicom/status.ts';
import { clockText } from './clock-text.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { formatTable } from './format-table.ts';
import { meantDeliveryId } from './meant-id.ts';
import { openStation, type OpenStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { tellChange } from './tell-change.ts';
import { unknownWord, UsageFault } from './usage-fault.ts';
import { mustBeStationUser } from './station-user.ts';

interface Options extends CommonOptions {
  readonly state?: string;
  readonly stream?: string;
  readonly destination?: string;
  readonly accession?: string;
  readonly patient?: string;
  readonly study?: string;
  readonly json?: boolean;
}

const WORDS = ['list', 'show', 'retry', 'cancel', 'hold', 'release'] as const;

export const deliveries: Declaration = {
  command: addSite(declare('deliveries', 'list deliveries, show one, or change some'))
    .argument('[what]', 'list, show, retry, cancel, hold or release', 'list')
    .argument('[delivery...]', 'DeliveryIds, or as much of their beginnings as no other has; '
      + 'for retry, cancel, hold and release the filters choose them too')
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
      case 'list':
        if (DeliveryIds.length > 0) {
          throw new UsageFault('list takes filters, not DeliveryIds; dts deliveries show takes DeliveryIds');
        }
        return list(opened, options);
      case 'show': return show(opened, DeliveryIds, options);
      case 'retry': case 'cancel': case 'hold': case 'release': return change(opened, what, DeliveryIds, options);
      default: throw unknownWord('deliveries', what, WORDS);
    }
  },
};

async function list({ station }: OpenStation, options: Options): Promise<ExitStatus> {
  const found = await findDeliveries(station.layout, filterOf(options));
  if (options.json === true) {
    await printJson(found.map(({ state, delivery }) => ({ state, ...delivery })));
    return EXIT.done;
  }
  const rows: string[][] = [];
  for (const { state, delivery, folder } of found) {
    const clock = state === 'pending' ? await findClock(folder) : undefined;
    rows.push([state, delivery.destination, String(delivery.instances.length), delivery.AccessionNumber,
      delivery.DeliveryId, clock === undefined ? '' : `after ${clock.notBefore}: ${failureText(clock.last)}`]);
  }
  const headings = ['STATE', 'DESTINATION', 'INSTANCES', 'ACCESSION', 'DELIVERY', 'NEXT TRY'];
  await print(formatTable(headings, rows, process.stdout.columns));
  return EXIT.done;
}

async function show({ station }: OpenStation, words: readonly string[], options: Options): Promise<ExitStatus> {
  if (words.length === 0) throw new UsageFault('a DeliveryId is needed; dts deliveries list shows them');
  const reports: DeliveryReport[] = [];
  for (const word of words) reports.push(await reportDelivery(station, await meantDeliveryId(station.layout, word)));
  if (options.json === true) await printJson(reports);
  else await print(reports.map(formatReport).join('\n'));
  return EXIT.done;
}

/** Everything that is known of a delivery. */
interface DeliveryReport {
  readonly state: DeliveryState;
  readonly delivery: Delivery;
  readonly path: string;
  readonly answers: readonly Answer[];
  readonly clock: Clock | undefined;
  readonly failures: readonly Failure[];
}

async function reportDelivery({ layout }: OpenStation['station'], DeliveryId: string): Promise<DeliveryReport> {
  const state = await findDeliveryState(layout, DeliveryId);
  const stored = state === undefined ? undefined : await findDelivery(layout, state, DeliveryId);
  if (stored === undefined) throw unknown(DeliveryId);
  const { delivery, folder } = stored;
  return {
    state: stored.state, delivery, path: folder.path,
    answers: await findAnswers(folder),
    clock: await findClock(folder),
    failures: await findJson<Failure[]>(folder.failures) ?? [],
  };
}

function formatReport({ state, delivery, path, answers, clock, failures }: DeliveryReport): string {
  const lines = [
    `${delivery.DeliveryId}: ${state}`,
    `  job          ${delivery.JobId}`,
    `  destination  ${delivery.destination}`,
    `  study        ${delivery.StudyInstanceUID}`,
    `  accession    ${oneLine(delivery.AccessionNumber) || '(none)'}`,
    `  instances    ${delivery.instances.length}`,
    `  directory    ${path}`,
    ...clock === undefined ? [] : [`  next try     ${clockText(clock)}`],
    ...failures.map((failure) => `  failed       ${failureText(failure)}`),
    ...answers.map((answer) => `  ${answer.time}  ${answer.SOPInstanceUID}: `
      + ('status' in answer ? formatStatus(answer.status) : failureText(answer.failure))),
  ];
  return `${lines.join('\n')}\n`;
}

/** The states from which each change is possible. */
const OPEN_TO: { readonly [Change in JobChange]: string } = {
  retry: 'failed or cancelled (dts forward sends a pending one now)', cancel: 'neither done nor cancelled', hold: 'pending', release: 'held',
};

async function change(
  { station, console }: OpenStation, what: JobChange, words: readonly string[], options: Options,
): Promise<ExitStatus> {
  await mustBeStationUser(station.layout);
  const filter = filterOf(options);
  if (words.length === 0 && Object.keys(filter).length === 0) {
    throw new UsageFault(`deliveries ${what} needs a DeliveryId or a filter such as --state failed`);
  }
  const chosen = words.length > 0 ? await Promise.all(words.map((word) => meantDeliveryId(station.layout, word)))
    : (await findDeliveries(station.layout, filter)).map(({ delivery }) => delivery.DeliveryId);
  const openTo = `${what} is for deliveries that are ${OPEN_TO[what]}`;
  const why = { busy: 'it is being sent', openTo };
  const statuses: ExitStatus[] = [];
  for (const DeliveryId of chosen) {
    const outcome = await changeDelivery(station, DeliveryId, what, personName());
    if (outcome === 'unknown') throw unknown(DeliveryId);
    statuses.push(await tellChange(console, DeliveryId, outcome, why));
  }
  return worst(statuses);
}

function unknown(DeliveryId: string): UsageFault {
  return new UsageFault(`there is no delivery ${DeliveryId}; dts deliveries list shows them`);
}

function filterOf({ state, stream, destination, accession, patient, study }: Options): DeliveryFilter {
  if (state !== undefined && !isDeliveryState(state)) {
    throw unknownWord('state', state, DELIVERY_STATES);
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
