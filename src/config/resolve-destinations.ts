// Destinations as the station uses them: references followed, defaults filled in, every one with a name.

import type { Destination, ReachableDestination, Sender } from './destination.ts';
import { nameDestinations, type Unnamed } from './name-destinations.ts';
import type { DestinationEntry } from './schema/destination/destination.ts';
import type { StationFile } from './schema/station-file.ts';

/**
 * The destinations of each stream, in the order of the streams; the senders; and each destination once, those that no
 * stream uses too.
 */
export interface ResolvedDestinations {
  readonly ofStreams: readonly (readonly Destination[])[];
  readonly senders: readonly Sender[];
  readonly all: readonly Destination[];
}

export function resolveDestinations(station: StationFile, receiverAETitle: string): ResolvedDestinations {
  const shared = new Map(Object.entries(station.destinations).map(([key, entry]) => {
    return [key, fillIn({ ...entry, name: entry.name ?? key }, receiverAETitle)];
  }));
  const follow = (entry: string | DestinationEntry): readonly Unnamed[] => {
    return typeof entry === 'string' ? [shared.get(entry) ?? []].flat() : [fillIn(entry, receiverAETitle)];
  };
  const ofStreams = station.Streams.map((stream) => stream.destination.flatMap(follow));
  const senders = Object.entries(station.senders).flatMap(([AETitle, entry]) => {
    return follow(entry).filter(isReachable).map((destination) => ({ AETitle, destination }));
  });
  const everyOne = [...shared.values(), ...ofStreams.flat(), ...senders.map(({ destination }) => destination)];
  const nameOf = nameDestinations(everyOne);
  const named = <Kind extends Destination>(destination: Unnamed<Kind>) => {
    return { ...destination, name: nameOf(destination) } as unknown as Kind; // TypeScript does not put an Omit together
  };
  const all = new Map(everyOne.map(named).map((one) => [one.name, one]));
  return {
    ofStreams: ofStreams.map((destinations) => destinations.map((one) => named(one))),
    senders: senders.map(({ AETitle, destination }) => ({ AETitle, destination: named(destination) })),
    all: [...all.values()],
  };
}

/** A sender is reached at a place that is known; that of another sender is none. */
function isReachable(destination: Unnamed): destination is Unnamed<ReachableDestination> {
  return destination.type !== 'sender';
}

function fillIn(entry: DestinationEntry, receiverAETitle: string): Unnamed {
  switch (entry.type) {
    case 'dicom': return { ...entry, name: entry.name, OwnAETitle: entry.OwnAETitle ?? receiverAETitle };
    case 'dicomweb': return { ...entry, name: entry.name };
    case 'sender': return { ...entry, name: entry.name };
  }
}
