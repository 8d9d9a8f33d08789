// Where a delivery goes and why, in words.

import type { Match, MatchGround, SeenValue } from '../../job/match.ts';
import { failureText } from '../../job/failure-text.ts';
import type { Consideration, RouteLine, Trouble, Wait, WindowState } from '../../job/route.ts';

/** What a delivery waits for: `for Mon 20:00, when night opens`. */
export function waitText({ waitsFor, until }: Wait, considered: readonly Consideration[], timezone: string): string {
  if (waitsFor === 'held') return 'until it is released';
  const names = considered.filter(({ refused }) => refused === undefined).map(({ destination }) => destination);
  if (until === undefined) return `for ${names.join(' or ')}, which never opens`;
  if (waitsFor === 'window') {
    const opening = considered.filter(({ window }) => window?.isOpen === false && window.opensAt === until);
    const who = opening.length === 0 ? names : opening.map(({ destination }) => destination);
    return `for ${localTime(until, timezone)}, when ${who.join(' and ')} opens`;
  }
  const troubled = considered.flatMap(({ destination, trouble }) => {
    return trouble === undefined ? [] : `${destination}: ${failureText(trouble.failure)}`;
  });
  return `until ${until}: ${troubled.join('; ')}`;
}

/** A destination as it was found: `cost 1, closed until Sat 08:00`. */
export function considerationText(considered: Consideration, timezone: string): string {
  const { cost, held, window, trouble, refused, begun } = considered;
  return [
    `cost ${cost}`,
    windowText(window, timezone),
    ...(held === undefined ? [] : [`held since ${held.heldAt}`]),
    ...(trouble === undefined ? [] : [troubleText(trouble)]),
    ...(refused === undefined ? [] : [`did not take it: ${refused.map(failureText).join('; ')}`]),
    ...(begun === undefined ? [] : ['has begun']),
  ].join(', ');
}

/** A line of what was decided: `night, since day: in trouble …`. */
export function routeText({ chosen, considered, despite }: RouteLine, timezone: string): string {
  const others = considered.filter(({ destination }) => destination !== chosen)
    .map((one) => `${one.destination}: ${considerationText(one, timezone)}`);
  const own = considered.find(({ destination }) => destination === chosen);
  const forIt = own === undefined ? '' : ` (${considerationText(own, timezone)})`;
  const evenSo = despite === undefined ? '' : ', for a person who did not want to wait';
  return `to ${chosen}${forIt}${evenSo}${others.length === 0 ? '' : `; ${others.join('; ')}`}`;
}

/** Why instances go or do not: `3 go: entry 1 of filter fits, Modality is SR`. */
export function matchText({ instances, goes, ground }: Match): string {
  const verb = goes ? (instances === 1 ? 'goes' : 'go') : (instances === 1 ? 'does not go' : 'do not go');
  return `${instances} ${verb}: ${groundText(ground)}`;
}

function groundText(ground: MatchGround): string {
  switch (ground.ground) {
    case 'unfiltered': return 'there is no filter';
    case 'filter': return `entry ${ground.entry} of filter fits${seenText(ground.seen)}`;
    case 'exclude': return `entry ${ground.entry} of exclude fits${seenText(ground.seen)}`;
    case 'no-entry': return `no entry of filter fits${seenText(ground.seen)}`;
  }
}

function seenText(seen: readonly SeenValue[]): string {
  return seen.map(({ key, wanted, found }) => {
    return `, ${key} is ${found.length === 0 ? 'empty' : found.join('\\')} (wanted ${wanted})`;
  }).join('');
}

function windowText(window: WindowState | undefined, timezone: string): string {
  if (window === undefined) return 'always open';
  if (!window.isOpen && window.opensAt === undefined) return 'never open';
  if (!window.isOpen) return `closed until ${localTime(window.opensAt ?? '', timezone)}`;
  return window.closesAt === undefined ? 'open' : `open until ${localTime(window.closesAt, timezone)}`;
}

function troubleText({ since, notBefore, isDue, failure }: Trouble): string {
  const next = isDue ? 'due to be asked again' : `asked again after ${notBefore}`;
  return `in trouble since ${since} (${failureText(failure)}), ${next}`;
}

/** As clocks on the wall show it: `Mon 20:00`. */
function localTime(instant: string, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(new Date(instant));
  const find = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  return `${find('weekday')} ${find('hour')}:${find('minute')}`;
}
