// The effective configuration out of the contents of its files: what is left out is filled in, what refers is followed.

import { join } from 'node:path';
import { Layout } from '../spool/layout.ts';
import type { Configuration, Receiver } from './configuration.ts';
import { resolveDestinations } from './resolve-destinations.ts';
import { resolveStream } from './resolve-stream.ts';
import type { ReceiverFile } from './schema/receiver-file.ts';
import type { StationFile } from './schema/station-file.ts';
import type { StatementsFile } from './schema/statements-file.ts';
import { hostTimezone } from './timezone.ts';

const DEFAULT_DATADIR = '/data';

/** The contents of a configuration's files, each valid, and all of them together. */
export interface ConfigurationContents {
  readonly receiver: ReceiverFile;
  readonly station: StationFile;
  readonly statements: StatementsFile;
}

/** Everything but where it was read from. */
export function resolveConfiguration(contents: ConfigurationContents): Omit<Configuration, 'directory' | 'files'> {
  const { receiver, station, statements } = contents;
  const datadir = findDatadir(contents);
  const destinations = resolveDestinations(station, receiver.DICOMAETITLE);
  return {
    datadir,
    folders: resolveFolders(station, datadir),
    receiver: resolveReceiver(contents, datadir),
    timeoutSeconds: station.timeout,
    limits: station.limits,
    participants: station.participants,
    logging: station.logging.filter(({ dbname }) => dbname !== ''),
    destinations: destinations.all,
    streams: station.Streams.map((stream, index) => {
      const core = Object.hasOwn(statements, stream.name) ? statements[stream.name] : undefined;
      return resolveStream(stream, core, destinations.ofStreams[index] ?? []);
    }),
  };
}

/** The original's files name no data directory but the folders below it. */
function findDatadir({ receiver, station }: ConfigurationContents): string {
  return station.datadir ?? datadirAbove(station.arrived) ?? receiver.DATADIR ?? DEFAULT_DATADIR;
}

function datadirAbove(arrived: string | undefined): string | undefined {
  const [, datadir] = /^(\/.*)\/site\/\.arrived\/*$/.exec(arrived ?? '') ?? [];
  return datadir;
}

/** Only folders that lie elsewhere than the data directory says. */
function resolveFolders({ arrived, raw, archive }: StationFile, datadir: string): Configuration['folders'] {
  const usual = new Layout(datadir);
  const isElsewhere = (folder: string | undefined, usualFolder: string): folder is string => {
    return folder !== undefined && join(folder, '.') !== usualFolder;
  };
  return {
    ...(isElsewhere(arrived, usual.arrived) ? { arrived } : {}),
    ...(isElsewhere(raw, usual.raw) ? { raw } : {}),
    ...(isElsewhere(archive, usual.archive) ? { archive } : {}),
  };
}

function resolveReceiver({ receiver, station }: ConfigurationContents, stationDatadir: string): Receiver {
  const address = resolveAddress(receiver.DICOMIP);
  const { DICOMPORT: port, DICOMAETITLE: AETitle, DATADIR: datadir = stationDatadir } = receiver;
  const sites = Object.entries(receiver.SITES).map(([name, site]) => [name, {
    address: site.DICOMIP === undefined ? address : resolveAddress(site.DICOMIP),
    port: site.DICOMPORT ?? port,
    AETitle: site.DICOMAETITLE ?? AETitle,
    datadir: site.DATADIR ?? datadir,
  }]);
  return {
    address,
    port,
    AETitle,
    datadir,
    timezone: receiver.LOCALTIMEZONE ?? hostTimezone(),
    accept: receiver.accept,
    limits: {
      ...receiver.limits,
      minFreeBytes: receiver.limits.minFreeBytes ?? station.limits.minFreeBytes,
      minFreePercent: receiver.limits.minFreePercent ?? station.limits.minFreePercent,
    },
    sopClasses: receiver.sopClasses,
    acceptUnknownSOPClasses: receiver.acceptUnknownSOPClasses,
    sites: Object.fromEntries(sites) as Receiver['sites'],
  };
}

/** In the original `localhost` says where its own heartbeat finds the receiver, which listens everywhere. */
function resolveAddress(DICOMIP: string): string {
  return DICOMIP === 'localhost' ? '0.0.0.0' : DICOMIP;
}
