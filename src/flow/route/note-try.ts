// Keeps, in a delivery for which there is a choice, what came of a try at one of its destinations.

import { clockAfterFailure } from '../../job/retry-clock.ts';
import type { Member } from '../../job/route.ts';
import { findMembers, type StoredDelivery } from '../../spool/delivery-store.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import type { Sent } from '../delivery/send-delivery.ts';
import type { Station } from '../station.ts';
import type { Route } from './route-delivery.ts';

/**
 * Durable before the delivery goes anywhere else, so that a crash does not lead it back there.
 * @returns whether another destination may be asked: there is a choice, and this one did not take the delivery
 */
export async function noteTry(
  station: Station, { folder }: StoredDelivery, { to, choice }: Route, sent: Sent,
): Promise<boolean> {
  if (choice === undefined) return false;
  const members = await findMembers(folder);
  const member = memberAfter(station, members[to.name] ?? {}, to.retry, sent);
  if (member === undefined) return false;
  await writeJsonDurable(folder.members, { ...members, [to.name]: member });
  return true;
}

/** undefined where the try says nothing against the destination: it has all, or what is wrong is on our side */
function memberAfter(
  station: Station, before: Member, retry: Route['to']['retry'], sent: Sent,
): Member | undefined {
  const { stored, missing, refused, postponed, hold, place } = sent;
  const passing = place === undefined ? undefined : hold ?? postponed;
  if (passing !== undefined) return { clock: clockAfterFailure(before.clock, passing, retry, station.now()) };
  const refusesAll = place === 'in trouble' || (stored === 0 && missing === 0 && place === 'works');
  return refusesAll && refused.length > 0 ? { refused } : undefined;
}
