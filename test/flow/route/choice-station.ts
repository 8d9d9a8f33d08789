// A station that relays to one of two providers, each of which may go and come, and whose clock the test sets.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { deliverDue, type DeliverOptions, type DeliverOutcome } from '../../../src/flow/delivery/deliver.ts';
import type { DeliveryState } from '../../../src/job/delivery-state.ts';
import {
  findDelivery, findDeliveryState, listDeliveryIds, type StoredDelivery,
} from '../../../src/spool/delivery-store.ts';
import { makeDoor, type Door } from '../../rig/door.ts';
import { startScriptedScp, type Script, type ScriptedScp } from '../../rig/scripted-scp.ts';
import { makeFlowStation, type FlowStation } from '../flow-station.ts';

/** Europe/Copenhagen, where it is an hour later than in UTC in November. */
export const TIMEZONE = 'Europe/Copenhagen';

export interface Provider {
  readonly scp: ScriptedScp;
  readonly door: Door;
  /** How many instances it got. */
  got(): number;
}

export interface ChoiceStation {
  readonly station: FlowStation;
  readonly day: Provider;
  readonly night: Provider;
}

export interface Choices {
  readonly day?: Readonly<Record<string, unknown>>;
  readonly night?: Readonly<Record<string, unknown>>;
  readonly choice?: Readonly<Record<string, unknown>>;
  readonly dayScript?: Script;
  readonly nightScript?: Script;
}

const RETRY = { firstSeconds: 60, multiplier: 2, maxSeconds: 3600 };

/** What is not said: both are always open, day is cheaper. */
export async function makeChoiceStation(t: TestContext, choices: Choices = {}): Promise<ChoiceStation> {
  const [day, night] = [await provider(t, choices.dayScript), await provider(t, choices.nightScript)];
  const node = { IP: '127.0.0.1', retry: RETRY };
  const station = await makeFlowStation(t, {
    receiver: { LOCALTIMEZONE: TIMEZONE },
    config: { Streams: [{ name: 'Relay', trigger: {}, destination: [{
      name: 'provider', retry: RETRY,
      oneOf: [
        { name: 'day', AETitle: 'DAY', PORT: day.door.port, cost: 1, ...node, ...choices.day },
        { name: 'night', AETitle: 'NIGHT', PORT: night.door.port, cost: 2, ...node, ...choices.night },
      ],
      ...choices.choice,
    }] }] },
  });
  return { station, day, night };
}

async function provider(t: TestContext, script?: Script): Promise<Provider> {
  const scp = await startScriptedScp(t, script);
  const door = await makeDoor(t, scp.port);
  const isStore = ({ command }: ScriptedScp['messages'][number]): boolean => command.CommandField === 1;
  return { scp, door, got: () => scp.messages.filter(isStore).length };
}

/** Sets the station's clock. @param time ISO 8601 */
export function setClock(station: FlowStation, time: string): void {
  station.aheadSeconds = (Date.parse(time) - Date.now()) / 1000;
}

let studies = 0;

/** A study of `instances` instances that is due. */
export async function makeDelivery(station: FlowStation, instances = 1): Promise<string> {
  studies += 1;
  const StudyInstanceUID = `1.2.3.${studies}`;
  const of = (number: number): object => ({
    StudyInstanceUID, SeriesInstanceUID: `${StudyInstanceUID}.1`, SOPInstanceUID: `${StudyInstanceUID}.1.${number}`,
  });
  const before = await listDeliveryIds(station.layout, 'pending');
  for (let number = 2; number <= instances; number += 1) await station.archive({ ...of(number) });
  const [JobId = ''] = await station.arrive({ ...of(1) });
  await station.advance(JobId, ['pending', 'validated']);
  const [made, ...others] = (await listDeliveryIds(station.layout, 'pending')).filter((id) => !before.includes(id));
  assert.ok(made !== undefined && others.length === 0);
  return made;
}

/** One run of forward. @returns what is not 0 of what it came to */
export async function forward(
  station: FlowStation, options: DeliverOptions = {},
): Promise<Partial<Record<keyof DeliverOutcome, number>>> {
  const outcome = await deliverDue(station, options);
  return Object.fromEntries(Object.entries(outcome).filter(([, count]) => count > 0));
}

export async function stateOf(station: FlowStation, DeliveryId: string): Promise<DeliveryState | undefined> {
  return findDeliveryState(station.layout, DeliveryId);
}

/** Wherever it is. */
export async function stored(station: FlowStation, DeliveryId: string): Promise<StoredDelivery> {
  const state = await stateOf(station, DeliveryId);
  const found = state === undefined ? undefined : await findDelivery(station.layout, state, DeliveryId);
  assert.ok(found !== undefined, `there is no delivery ${DeliveryId}`);
  return found;
}
