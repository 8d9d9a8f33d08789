// Looks at every destination that a delivery may go to: open, in trouble, begun, or not. Changes nothing.

import type { DestinationChoice, ReachableDestination } from '../../config/destination.ts';
import { placeOf } from '../../config/place-of.ts';
import type { Clock } from '../../job/job.ts';
import { isDue } from '../../job/retry-clock.ts';
import type { Consideration, Trouble } from '../../job/route.ts';
import { findAnswers, findMembers, type StoredDelivery } from '../../spool/delivery-store.ts';
import { findTrouble } from '../../spool/place-troubles.ts';
import { meaningAt } from '../delivery/answer-meaning.ts';
import type { Station } from '../station.ts';
import { findHold } from './find-hold.ts';
import { membersOf } from './find-recipient.ts';
import { windowState } from './window-state.ts';

/** Those of a choice, in the order in which they stand. */
export async function considerMembers(
  station: Station, { delivery, folder }: StoredDelivery, choice: DestinationChoice,
): Promise<Consideration[]> {
  const members = await findMembers(folder);
  const answers = await findAnswers(folder);
  return Promise.all(membersOf(station, choice, delivery).map(async (member): Promise<Consideration> => {
    const { clock, refused } = members[member.name] ?? {};
    if ('failure' in member) return { destination: member.name, cost: 0, refused: [member.failure] };
    const ofMember = answers.filter(({ destination }) => destination === member.name);
    const storedAt = ofMember.findLast((answer) => meaningAt(member, answer) === 'stored')?.time;
    const considered = await considerDestination(station, member);
    const trouble = await findTroubleAt(station, member, clock);
    return {
      ...considered,
      ...(trouble === undefined ? {} : { trouble }),
      ...(refused === undefined ? {} : { refused }),
      ...(storedAt === undefined ? {} : { begun: storedAt }),
    };
  }));
}

/** A destination for itself: whether its place works is left to the try. */
export async function considerDestination(
  station: Station, { name, cost, when }: ReachableDestination,
): Promise<Consideration> {
  const held = await findHold(station, name);
  const window = windowState(station, when);
  return {
    destination: name, cost, ...(held === undefined ? {} : { held }), ...(window === undefined ? {} : { window }),
  };
}

/** Of the place, for all who go there, and of this delivery there; it is over when both are. */
async function findTroubleAt(
  { layout, now }: Station, member: ReachableDestination, ofDelivery: Clock | undefined,
): Promise<Trouble | undefined> {
  const clocks = [await findTrouble(layout, placeOf(member)), ofDelivery].filter((clock) => clock !== undefined);
  const [first, ...others] = clocks;
  if (first === undefined) return undefined;
  const pending = clocks.filter((clock) => !isDue(clock, now()));
  const last = [...pending, ...clocks].reduce((one, other) => (other.notBefore > one.notBefore ? other : one));
  const longest = others.reduce((one, other) => (other.failingSince < one.failingSince ? other : one), first);
  return {
    since: longest.failingSince, notBefore: last.notBefore, isDue: pending.length === 0, failure: longest.last,
  };
}
