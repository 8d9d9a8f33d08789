// What the metrics of a station, or of a site, are made of: looked up once, for all of them.

import type { X509Certificate } from 'node:crypto';
import { validityOf } from '../../network/certificate.ts';
import { readTlsClient } from '../../network/tls-client.ts';
import { readTlsCredentials } from '../../network/tls-credentials.ts';
import { tlsFilesOf as tlsFilesOfDestination } from '../carry/tls-files.ts';
import { findReceiver } from '../receive/find-receiver.ts';
import { tlsFilesOf } from '../receive/receiver-tls.ts';
import { countStation, type StationCounts } from '../report/station-counts.ts';
import type { Station } from '../station.ts';

export interface StationFacts {
  /** Empty for the station itself. */
  readonly site: string;
  readonly isReceiverUp: boolean;
  /** Absent where there is no TLS port. */
  readonly tls?: TlsFacts;
  /** Of the destinations that have TLS, by name. */
  readonly tlsOfDestinations: ReadonlyMap<string, TlsFacts>;
  /** Absent for a site on the station's own data directory. */
  readonly counts?: StationCounts;
}

export interface TlsFacts {
  /** Whether key, certificate and authorities can be used. */
  readonly isUsable: boolean;
  /** Of each file that holds certificates, when the first of them expires: seconds since 1970. */
  readonly expiries: readonly { readonly file: string; readonly seconds: number }[];
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
    tlsOfDestinations: await readDestinationFacts(station),
    ...(hasOwnFolders ? { counts: await countStation(station) } : {}),
  };
}

async function readTlsFacts(tls: Parameters<typeof tlsFilesOf>[0]): Promise<TlsFacts> {
  const files = tlsFilesOf(tls);
  const read = await readTlsCredentials(files);
  return 'reason' in read ? UNUSABLE : usable(files.cert, files.ca, read);
}

async function readDestinationFacts({ configuration }: Station): Promise<Map<string, TlsFacts>> {
  const facts = new Map<string, TlsFacts>();
  for (const destination of configuration.destinations) {
    if (!('tls' in destination) || destination.tls === undefined) continue;
    const { cert, ca } = destination.tls;
    const read = await readTlsClient(tlsFilesOfDestination(destination.tls), '');
    facts.set(destination.name, 'reason' in read ? UNUSABLE : usable(cert, ca, read));
  }
  return facts;
}

const UNUSABLE: TlsFacts = { isUsable: false, expiries: [] };

function usable(
  cert: string | undefined, ca: string | undefined,
  { chain, authorities }: Readonly<Record<'chain' | 'authorities', readonly X509Certificate[]>>,
): TlsFacts {
  const ofFiles = [{ file: cert, certificates: chain }, { file: ca, certificates: authorities }];
  return {
    isUsable: true,
    expiries: ofFiles.flatMap(({ file, certificates }) => {
      if (file === undefined || certificates.length === 0) return [];
      return { file, seconds: Math.min(...certificates.map((certificate) => validityOf(certificate).to)) / 1000 };
    }),
  };
}
