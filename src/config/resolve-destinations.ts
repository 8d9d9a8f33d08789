// Destinations as the station uses them: references followed, defaults filled in, every one with a name.

import type { Destination } from './destination.ts';
import type { DestinationEntry } from './schema/destination/destination.ts';
import type { StationFile } from './schema/station-file.ts';

/** A destination of which only the name may still be missing. */
type Unnamed = Omit<Destination, 'name'> & { readonly name: string | undefined };

/** The destinations of each stream, in the order of the streams, and each one once, those that no stream uses too. */
export interface ResolvedDestinations {
  readonly ofStreams: readonly (readonly Destination[])[];
  readonly all: readonly Destination[];
}

/**
 * What has no name gets its AETitle, or, where several
 * different ones share that, AETitle_IP_PORT (and a number where even that is not enough). Equal ones share a name, so
 * that streams which write the same destination out mean the same one.
 */
export function resolveDestinations(station: StationFile, receiverAETitle: string): ResolvedDestinations {
  const shared = new Map(Object.entries(station.destinations).map(([key, entry]) => {
    return [key, fillIn({ ...entry, name: entry.name ?? key }, receiverAETitle)];
  }));
  const ofStreams = station.Streams.map((stream) => stream.destination.flatMap((entry) => {
    return typeof entry === 'string' ? shared.get(entry) ?? [] : [fillIn(entry, receiverAETitle)];
  }));
  const nameByContent = nameAll([...shared.values(), ...ofStreams.flat()]);
  const named = (destination: Unnamed): Destination => {
    return { ...destination, name: destination.name ?? nameByContent.get(contentOf(destination)) ?? '' };
  };
  const resolved = ofStreams.map((destinations) => destinations.map(named));
  const byName = new Map([...[...shared.values()].map(named), ...resolved.flat()].map((one) => [one.name, one]));
  return { ofStreams: resolved, all: [...byName.values()] };
}

function fillIn(entry: DestinationEntry, receiverAETitle: string): Unnamed {
  const { name, OwnAETitle = receiverAETitle, ...others } = entry;
  return { ...others, name, OwnAETitle };
}

/** A name for everything that has none, by its content. */
function nameAll(destinations: readonly Unnamed[]): ReadonlyMap<string, string> {
  const taken = new Set(destinations.flatMap(({ name }) => name ?? []));
  const unnamed = new Map(destinations.flatMap((destination) => {
    return destination.name === undefined ? [[contentOf(destination), destination] as const] : [];
  }));
  const timesUsed = new Map<string, number>();
  for (const { AETitle } of unnamed.values()) timesUsed.set(AETitle, (timesUsed.get(AETitle) ?? 0) + 1);
  const names = new Map<string, string>();
  for (const [content, { AETitle, IP, PORT }] of unnamed) {
    const isUnique = timesUsed.get(AETitle) === 1 && !taken.has(plain(AETitle));
    const name = firstFree(plain(isUnique ? AETitle : `${AETitle}_${IP}_${PORT}`), taken);
    taken.add(name);
    names.set(content, name);
  }
  return names;
}

function contentOf(destination: Unnamed): string {
  return JSON.stringify(destination);
}

/** Names stand in file names and on command lines; AE titles may hold blanks and slashes, IPv6 addresses colons. */
function plain(text: string): string {
  return text.trim().replace(/[^A-Za-z0-9._-]/g, '-').replace(/^\./, '-');
}

function firstFree(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}
