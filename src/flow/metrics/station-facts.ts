// What the metrics of a station, or of a site, are made of: looked up once, for all of them.

import { validityOf } from '../../network/certificate.ts';
import { readTlsCredentials } from '../../network/tls-credentials.ts';
import { findReceiver } from '../receive/find-receiver.ts';
import { tlsFilesOf } from '../receive/receiver-tls.ts';
import { countStation, type StationCounts } from '../report/station-counts.ts';
import type { Station } from '../station.ts';

export interface StationFacts {
  /** Empty for the station itself. */
  readonly site: string;
  readonly isReceiverUp: boolean;
  /** Absent where there is no TLS port. */
  readonly tls?: {
    /** Whether key, certificate and authorities can be used. */
    readonly isUsable: boolean;
    /** Of each file that holds certificates, when the first of them expires: seconds since 1970. */
    readonly expiries: readonly { readonly file: string; readonly seconds: number }[];
  };
  /** Absent for a site on the station's own data directory. */
  readonly counts?: StationCounts;
}

/** The station, then its sites. */
export async function readStationFacts(station: Station, sites: readonly Station[]): Promise<StationFacts[]> {
  const facts = [await readFacts(station, true)];
  for (const site of sites) facts.push(await readFacts(site, site.layout.datadir !== station.layout.datadir));
  return facts;
}

async function readFacts(station: Station, hasOwnFolders: boolean): Promise<StationFacts> {
  const { site = '', receiver: { tls } } = station.configuration;
  return {
    site,
    isReceiverUp: (await findReceiver(station)).life === 'alive',
    ...(tls === undefined ? {} : { tls: await readTlsFacts(tls) }),
    ...(hasOwnFolders ? { counts: await countStation(station) } : {}),
  };
}

async function readTlsFacts(tls: Parameters<typeof tlsFilesOf>[0]): Promise<NonNullable<StationFacts['tls']>> {
  const files = tlsFilesOf(tls);
  const read = await readTlsCredentials(files);
  if ('reason' in read) return { isUsable: false, expiries: [] };
  const ofFiles = [{ file: files.cert, certificates: read.chain }, { file: files.ca, certificates: read.authorities }];
  return {
    isUsable: true,
    expiries: ofFiles.flatMap(({ file, certificates }) => {
      if (file === undefined) return [];
      return { file, seconds: Math.min(...certificates.map((certificate) => validityOf(certificate).to)) / 1000 };
    }),
  };
}
