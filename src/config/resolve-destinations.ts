// Destinations as the station uses them: references followed, defaults filled in, every one with a name.

import type {
  Destination, DestinationChoice, ReachableDestination, Recipient, Sender, StorageCommitment,
} from './destination.ts';
import { nameDestinations, type Unnamed } from './name-destinations.ts';
import { rootOfPath } from '../dicom/template/root-of-path.ts';
import type { ChoiceEntry } from './schema/destination/choice.ts';
import type { DestinationEntry } from './schema/destination/destination.ts';
import type { DicomDestinationEntry } from './schema/destination/dicom.ts';
import type { FolderDestinationEntry } from './schema/destination/folder.ts';
import type { RecipientEntry } from './schema/destination/recipient.ts';
import type { StationFile } from './schema/station-file.ts';

/**
 * What each stream delivers to, in the order of the streams; the senders; and each destination and choice once, those
 * that no stream uses too. What is chosen among is a destination like others.
 */
export interface ResolvedDestinations {
  readonly ofStreams: readonly (readonly Recipient[])[];
  readonly senders: readonly Sender[];
  readonly all: readonly Destination[];
  readonly choices: readonly DestinationChoice[];
}

/** A choice among destinations that may be without names. */
type ChoiceOfUnnamed = Omit<DestinationChoice, 'oneOf'> & { readonly oneOf: readonly Unnamed[] };

export function resolveDestinations(station: StationFile, receiverAETitle: string): ResolvedDestinations {
  const entries = Object.entries(station.destinations);
  const shared = new Map(entries.flatMap(([key, entry]): [string, Unnamed][] => {
    return isChoice(entry) ? [] : [[key, fillIn({ ...entry, name: entry.name ?? key }, receiverAETitle)]];
  }));
  const follow = (entry: string | DestinationEntry): readonly Unnamed[] => {
    return typeof entry === 'string' ? [shared.get(entry) ?? []].flat() : [fillIn(entry, receiverAETitle)];
  };
  const choose = ({ oneOf, name = '', ...others }: ChoiceEntry): ChoiceOfUnnamed => {
    return { type: 'choice', name, ...others, oneOf: oneOf.flatMap(follow) };
  };
  const sharedChoices = new Map(entries.flatMap(([key, entry]): [string, ChoiceOfUnnamed][] => {
    return isChoice(entry) ? [[key, choose({ ...entry, name: entry.name ?? key })]] : [];
  }));
  const followAny = (entry: string | RecipientEntry): readonly (Unnamed | ChoiceOfUnnamed)[] => {
    if (typeof entry === 'string') return [sharedChoices.get(entry) ?? follow(entry)].flat();
    return isChoice(entry) ? [choose(entry)] : follow(entry);
  };
  const ofStreams = station.Streams.map(({ destination }) => destination.flatMap(followAny));
  const senders = Object.entries(station.senders).flatMap(([AETitle, entry]) => {
    return follow(entry).filter(isReachable).map((destination) => ({ AETitle, destination }));
  });

  const chosen = [...sharedChoices.values(), ...ofStreams.flat().filter((one) => one.type === 'choice')];
  const everyOne = [
    ...shared.values(), ...ofStreams.flat().filter((one) => one.type !== 'choice'),
    ...chosen.flatMap(({ oneOf }) => oneOf), ...senders.map(({ destination }) => destination),
  ];
  const nameOf = nameDestinations(everyOne);
  const named = <Kind extends Destination>(destination: Unnamed<Kind>) => {
    return { ...destination, name: nameOf(destination) } as unknown as Kind; // TypeScript does not put an Omit together
  };
  const withNames = (choice: ChoiceOfUnnamed): DestinationChoice => {
    return { ...choice, oneOf: choice.oneOf.map((one) => named(one)) };
  };
  const all = new Map(everyOne.map(named).map((one) => [one.name, one]));
  return {
    ofStreams: ofStreams.map((ones) => ones.map((one) => (one.type === 'choice' ? withNames(one) : named(one)))),
    senders: senders.map(({ AETitle, destination }) => ({ AETitle, destination: named(destination) })),
    all: [...all.values()],
    choices: [...new Map(chosen.map((choice) => [choice.name, withNames(choice)])).values()],
  };
}

function isChoice(entry: RecipientEntry): entry is ChoiceEntry {
  return 'oneOf' in entry;
}

/** A sender is reached at a place that is known; that of another sender is none. */
function isReachable(destination: Unnamed): destination is Unnamed<ReachableDestination> {
  return destination.type !== 'sender';
}

function fillIn(entry: DestinationEntry, receiverAETitle: string): Unnamed {
  switch (entry.type) {
    case 'dicom': {
      const { storageCommitment, ...others } = entry;
      const commitment = resolveCommitment(storageCommitment, entry);
      return {
        ...others, name: entry.name, OwnAETitle: entry.OwnAETitle ?? receiverAETitle,
        ...(commitment === undefined ? {} : { storageCommitment: commitment }),
      };
    }
    case 'dicomweb': return { ...entry, name: entry.name };
    case 'folder': return fillInFolder(entry);
    case 'sender': return { ...entry, name: entry.name };
  }
}

/** With a group of its own, what others make in the folders shall belong to it too: the folders pass it on. */
function fillInFolder(entry: FolderDestinationEntry): Unnamed {
  const directoryMode = entry.directoryMode ?? (entry.group === undefined ? 0o750 : 0o2750);
  return { ...entry, name: entry.name, root: rootOfPath(entry.path), directoryMode };
}

/** Who stores commits, unless another one is named. */
function resolveCommitment(
  entry: DicomDestinationEntry['storageCommitment'], { AETitle, IP, PORT }: DicomDestinationEntry,
): StorageCommitment | undefined {
  if (entry === false) return undefined;
  const { AETitle: title = AETitle, IP: address = IP, PORT: port = PORT, ...policy } = entry;
  return { AETitle: title, IP: address, PORT: port, ...policy };
}
