// Changes deliveries for a person: those named, those that a filter fits, or a destination with all that goes there.

import { changeDelivery, planDeliveryChange } from '../flow/delivery/change-delivery.ts';
import { findDeliveries, type DeliveryFilter } from '../flow/delivery/find-deliveries.ts';
import { holdDestination, releaseDestination, type HoldDetails } from '../flow/delivery/hold-destination.ts';
import type { JobChange } from '../flow/job/change-job.ts';
import { findHold } from '../flow/route/find-hold.ts';
import type { Station } from '../flow/station.ts';
import { DELIVERY_STATES, type DeliveryState } from '../job/delivery-state.ts';
import { changeChosen, type ChangeOptions } from './change-chosen.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { meantDeliveryId } from './meant-id.ts';
import type { OpenStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { mustBeStationUser } from './station-user.ts';
import { unknownWord } from './usage-fault.ts';

/** The states from which each change is possible. */
const OPEN_TO: { readonly [Change in JobChange]: string } = {
  retry: 'failed or cancelled (dts forward sends a pending one now, and asks again for one that is confirming)',
  cancel: 'neither done nor cancelled',
  hold: 'pending or confirming',
  release: 'held',
};

/** The state that a filter means which names none. */
const MEANT_STATE: { readonly [Change in JobChange]?: DeliveryState } = { retry: 'failed', release: 'held' };

/** As a person names them. */
export type ChosenDeliveries = { readonly words: readonly string[] } | { readonly filter: DeliveryFilter };

export async function changeDeliveries(
  opened: OpenStation, what: JobChange, chosen: ChosenDeliveries, person: HoldDetails, options: ChangeOptions,
): Promise<ExitStatus> {
  const { station, console } = opened;
  await mustBeStationUser(station.layout);
  const destination = 'filter' in chosen ? onlyDestination(chosen.filter) : undefined;
  if (destination !== undefined && what === 'hold') return holdWhole(opened, destination, person, options);
  const whole = destination === undefined || what !== 'release' ? EXIT.done
    : await releaseWhole(opened, destination, person, options);
  const ids = await findChosen(opened, what, chosen);
  if (whole === 'released' && ids.length === 0 && options.json !== true) return EXIT.done; // all has been told
  const status = await changeChosen(console, what, {
    one: 'delivery', many: 'deliveries', id: 'DeliveryId', states: DELIVERY_STATES,
    ids,
    isByFilter: 'filter' in chosen,
    isAnyState: 'filter' in chosen && chosen.filter.state === undefined,
    why: { busy: 'it is being sent', openTo: `${what} is for deliveries that are ${OPEN_TO[what]}` },
    plan: (DeliveryId) => planDeliveryChange(station, DeliveryId, what),
    change: (DeliveryId) => changeDelivery(station, DeliveryId, what, person),
  }, options);
  return worst([whole === 'released' ? EXIT.done : whole, status]);
}

async function findChosen(
  { station: { layout } }: OpenStation, what: JobChange, chosen: ChosenDeliveries,
): Promise<string[]> {
  if ('words' in chosen) return Promise.all(chosen.words.map((word) => meantDeliveryId(layout, word)));
  const state = MEANT_STATE[what];
  const found = await findDeliveries(layout, { ...(state === undefined ? {} : { state }), ...chosen.filter });
  return found.map(({ delivery }) => delivery.DeliveryId);
}

/** A filter that names a destination and nothing else means the destination itself. */
function onlyDestination({ destination, ...others }: DeliveryFilter): string | undefined {
  return Object.keys(others).length === 0 ? destination : undefined;
}

/** What is for it, and what comes for it later, waits where it is. */
async function holdWhole(
  { station, console }: OpenStation, destination: string, person: HoldDetails,
  { dryRun = false, json = false }: ChangeOptions,
): Promise<ExitStatus> {
  mustBeConfigured(station, destination);
  const waiting = (await findDeliveries(station.layout, { state: 'pending', destination })).length;
  const isHeld = await findHold(station, destination) !== undefined;
  const held = dryRun ? !isHeld : await holdDestination(station, destination, person);
  if (held === 'busy') {
    console.message('warning', `${destination}: not held: another person changes it just now; try again`);
    return EXIT.retry;
  }
  const text = !held ? 'held already'
    : `${dryRun ? 'would be ' : ''}held with what waits for it (${waiting}) and what comes`;
  if (json) await printJson({ destination, held: true, changed: held, waiting });
  else await print(`${destination}: ${text}; dts deliveries release --destination ${destination} lets it go on\n`);
  return EXIT.done;
}

/** Silent where it is not held: then its deliveries are meant that are. A name that nothing has is told. */
async function releaseWhole(
  { station, console }: OpenStation, destination: string, person: HoldDetails,
  { dryRun = false, json = false }: ChangeOptions,
): Promise<ExitStatus | 'released'> {
  const isHeld = await findHold(station, destination) !== undefined;
  const released = dryRun ? isHeld : await releaseDestination(station, destination, person);
  if (released === 'busy') {
    console.message('warning', `${destination}: not released: another person changes it just now; try again`);
    return EXIT.retry;
  }
  if (!released) {
    await mustBeKnown(station, destination);
    return EXIT.done;
  }
  const waiting = (await findDeliveries(station.layout, { state: 'pending', destination })).length;
  if (!json) await print(`${destination}: ${dryRun ? 'would be ' : ''}released with what waits for it (${waiting})\n`);
  return 'released';
}

/** Deliveries to one that was taken out of the configuration can be released too. */
async function mustBeKnown(station: Station, destination: string): Promise<void> {
  if ((await findDeliveries(station.layout, { destination })).length === 0) mustBeConfigured(station, destination);
}

function mustBeConfigured({ configuration: { destinations, choices } }: Station, destination: string): void {
  const names = [...destinations, ...choices].map(({ name }) => name);
  if (!names.includes(destination)) throw unknownWord('destination', destination, names);
}
