// The effective configuration out of the contents of its files: what is left out is filled in, what refers is followed.

import { join } from 'node:path';
import { Layout } from '../spool/layout.ts';
import type { Configuration, Limits, Receiver, ReceiverTls, SiteReceiver } from './configuration.ts';
import { contentsOfSite } from './contents-of-site.ts';
import { resolveDeidentification } from './resolve-deidentification.ts';
import { resolveDestinations } from './resolve-destinations.ts';
import { resolveStream } from './resolve-stream.ts';
import type { ReceiverFile } from './schema/receiver-file.ts';
import type { StationFile } from './schema/station-file.ts';
import type { StatementsFile } from './schema/statements-file.ts';
import { isStationItself } from './sites.ts';
import { hostTimezone } from './timezone.ts';

const DEFAULT_DATADIR = '/data';

/** The contents of a configuration's files, each valid, and all of them together. */
export interface ConfigurationContents {
  readonly receiver: ReceiverFile;
  readonly station: StationFile;
  readonly statements: StatementsFile;
}

/** Everything but where it was read from. */
export type ResolvedConfiguration = Omit<Configuration, 'directory' | 'files'>;

/** The station's own. */
export function resolveConfiguration(contents: ConfigurationContents): ResolvedConfiguration {
  const { receiver, station, statements } = contents;
  const datadir = findDatadir(contents);
  const destinations = resolveDestinations(station, receiver.DICOMAETITLE);
  const resolvedReceiver = resolveReceiver(contents, datadir);
  return {
    datadir,
    datadirs: [...new Set([datadir, ...Object.values(resolvedReceiver.sites).map((site) => site.datadir)])],
    folders: resolveFolders(station, datadir),
    receiver: resolvedReceiver,
    timeoutSeconds: station.timeout,
    limits: resolveLimits(station.limits),
    participants: station.participants,
    logging: station.logging.filter(({ dbname }) => dbname !== ''),
    destinations: destinations.all,
    choices: destinations.choices,
    senders: destinations.senders,
    ...(station.deidentification === undefined
      ? {} : { deidentification: resolveDeidentification(station.deidentification) }),
    streams: station.Streams.map((stream, index) => {
      const cores = Object.hasOwn(statements, stream.name) ? statements[stream.name] : undefined;
      return resolveStream(stream, cores ?? [], destinations.ofStreams[index] ?? []);
    }),
  };
}

function resolveLimits({ memory, cpus, gpus, hostSilentSeconds, ...limits }: StationFile['limits']): Limits {
  return {
    ...limits,
    ...(memory === undefined ? {} : { memoryBytes: memory }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(gpus === undefined ? {} : { gpus }),
    ...(hostSilentSeconds === undefined ? {} : { hostSilentSeconds }),
  };
}

/** That of a site, undefined where there is none of that name. */
export function resolveSite(contents: ConfigurationContents, name: string): ResolvedConfiguration | undefined {
  if (!Object.hasOwn(contents.receiver.SITES, name)) return undefined;
  const station = resolveConfiguration(contents);
  const { datadirs } = station;
  const site = resolveConfiguration(contentsOfSite(contents, name, station.datadir));
  return isStationItself(site.receiver, station) ? station : { ...site, site: name, datadirs };
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

function resolveReceiver(contents: ConfigurationContents, stationDatadir: string): Receiver {
  const { receiver, station } = contents;
  const address = resolveAddress(receiver.DICOMIP);
  const { DICOMPORT: port, DICOMAETITLE: AETitle, DATADIR: datadir = stationDatadir } = receiver;
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
    ...(receiver.tls === undefined ? {} : { tls: resolveTls(receiver.tls) }),
    sites: Object.fromEntries(Object.keys(receiver.SITES).map((name) => [name, resolveSiteReceiver(contents, name)])),
  };
}

function resolveTls({ passphrase, ca, ...tls }: NonNullable<ReceiverFile['tls']>): ReceiverTls {
  return { ...tls, ...(passphrase === undefined ? {} : { passphrase }), ...(ca === undefined ? {} : { ca }) };
}

function resolveSiteReceiver(contents: ConfigurationContents, name: string): SiteReceiver {
  const ofSite = contentsOfSite(contents, name, findDatadir(contents));
  const { address, port, AETitle, datadir, accept, tls } = resolveReceiver(ofSite, findDatadir(ofSite));
  return { address, port, AETitle, datadir, accept, ...(tls === undefined ? {} : { tls }) };
}

/** In the original `localhost` says where its own heartbeat finds the receiver, which listens everywhere. */
function resolveAddress(DICOMIP: string): string {
  return DICOMIP === 'localhost' ? '0.0.0.0' : DICOMIP;
}
