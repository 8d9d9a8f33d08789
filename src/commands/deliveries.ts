// dts deliveries: looks at deliveries and changes them.

import { findDeliveries, type DeliveryFilter } from '../flow/delivery/find-deliveries.ts';
import { reportDelivery, type DeliveryReport } from '../flow/delivery/report-delivery.ts';
import { whyDeliveryWaits } from '../flow/delivery/why-delivery-waits.ts';
import type { JobChange } from '../flow/job/change-job.ts';
import { mapSideBySide } from '../flow/side-by-side.ts';
import { personName } from '../host/person.ts';
import { DELIVERY_STATES, isDeliveryState } from '../job/delivery-state.ts';
import { failureText } from '../job/failure-text.ts';
import { findDelivery, findDeliveryState } from '../spool/delivery-store.ts';
import { changeDeliveries } from './change-deliveries.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { formatDeliveryReport } from './delivery-report-text.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { formatTable } from './format-table.ts';
import { meantDeliveryId } from './meant-id.ts';
import { openStation, type OpenStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { parseSince } from './since.ts';
import { unknownWord, UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions {
  readonly state?: string;
  readonly stream?: string;
  readonly destination?: string;
  readonly accession?: string;
  readonly patient?: string;
  readonly study?: string;
  readonly since?: Date;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
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
    .option('--since <when>', 'only made since: 2h, 3d, or a date such as 2026-11-20', parseSince)
    .option('--reason <text>', 'retry, cancel, hold, release: why, for whoever looks later')
    .option('--dry-run', 'retry, cancel, hold, release: say what would become of each delivery, and change none')
    .option('--yes', 'retry, cancel, hold, release: do not ask before several deliveries are changed')
    .option('--json', 'as JSON'),
  examples: [
    ['dts deliveries', 'all deliveries'],
    ['dts deliveries --state pending --destination PACS', 'what PACS has yet to get'],
    ['dts deliveries retry --state failed --destination PACS', 'once PACS is mended'],
    ['dts deliveries hold --destination PACS --reason "new disk"', 'nothing goes to PACS, what comes later neither'],
    ['dts deliveries release --destination PACS', 'PACS gets all that has waited'],
    ['dts deliveries cancel --study 1.2.3.4 --dry-run', 'what that would do'],
  ],
  statuses: [EXIT.data, EXIT.retry, EXIT.configuration],
  async run([what = 'list', ...DeliveryIds], options: Options) {
    const opened = await openStation('deliveries', options);
    if (what === 'list' || what === 'show') refuseOptionsOfChanges(what, options);
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

async function list({ station, console }: OpenStation, options: Options): Promise<ExitStatus> {
  const found = await findDeliveries(station.layout, filterOf(options), (DeliveryId, why) => {
    console.message('warning', `${DeliveryId}: not listed: ${failureText(why)}; mend its files or their rights`);
  });
  const listed = await mapSideBySide(found, async (stored) => {
    return { stored, waits: await whyDeliveryWaits(station, stored) };
  });
  if (options.json === true) {
    await printJson(listed.map(({ stored: { state, delivery }, waits }) => {
      return { state, ...delivery, ...(waits === undefined ? {} : { waits }) };
    }));
    return EXIT.done;
  }
  const rows = listed.map(({ stored: { state, delivery }, waits }) => [
    state, delivery.destination, String(delivery.instances.length), delivery.AccessionNumber, delivery.DeliveryId,
    waits?.text ?? '',
  ]);
  const headings = ['STATE', 'DESTINATION', 'INSTANCES', 'ACCESSION', 'DELIVERY', 'WAITS'];
  await print(formatTable(headings, rows, process.stdout.columns, headings.indexOf('DELIVERY')));
  return EXIT.done;
}

async function show({ station }: OpenStation, words: readonly string[], options: Options): Promise<ExitStatus> {
  if (words.length === 0) throw new UsageFault('a DeliveryId is needed; dts deliveries list shows them');
  const reports: DeliveryReport[] = [];
  for (const word of words) {
    const DeliveryId = await meantDeliveryId(station.layout, word);
    const state = await findDeliveryState(station.layout, DeliveryId);
    const stored = state === undefined ? undefined : await findDelivery(station.layout, state, DeliveryId);
    if (stored === undefined) throw unknown(DeliveryId);
    reports.push(await reportDelivery(station, stored));
  }
  if (options.json === true) await printJson(reports);
  else await print(reports.map((one) => formatDeliveryReport(one, station.configuration.receiver.timezone)).join('\n'));
  return EXIT.done;
}

async function change(
  opened: OpenStation, what: JobChange, words: readonly string[], options: Options,
): Promise<ExitStatus> {
  const filter = filterOf(options);
  if (words.length === 0 && Object.keys(filter).length === 0) {
    throw new UsageFault(`deliveries ${what} needs a DeliveryId or a filter such as --state failed`);
  }
  const { reason } = options;
  const person = { by: personName(), ...(reason === undefined ? {} : { reason }) };
  return changeDeliveries(opened, what, words.length > 0 ? { words } : { filter }, person, options);
}

/** Whoever asks for a dry run must not believe that there was one. */
function refuseOptionsOfChanges(what: string, { reason, dryRun, yes }: Options): void {
  const given = Object.entries({ reason, 'dry-run': dryRun, yes }).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new UsageFault(`--${given[0]} is for retry, cancel, hold and release, not for ${what}`);
}

function unknown(DeliveryId: string): UsageFault {
  return new UsageFault(`there is no delivery ${DeliveryId}; dts deliveries list shows them`);
}

function filterOf({ state, stream, destination, accession, patient, study, since }: Options): DeliveryFilter {
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
    ...(since === undefined ? {} : { since }),
  };
}
