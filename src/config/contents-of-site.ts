// What the configuration's files would say if there were a site and nothing else: its address, title, data directory
// and callers in place of the station's. Streams, cores, destinations and limits hold for all.

import type { ConfigurationContents } from './resolve.ts';

/**
 * @param name a site that there is
 * @param stationDatadir the station's data directory, which a site without one of its own shares
 */
export function contentsOfSite(
  { receiver, station, statements }: ConfigurationContents, name: string, stationDatadir: string,
): ConfigurationContents {
  const site = receiver.SITES[name] ?? {};
  const { calledAETitles, callingAETitles, callerIPs } = receiver.accept;
  const datadir = site.DATADIR ?? stationDatadir;
  const { arrived, raw, archive, ...elsewhere } = station;
  return {
    receiver: {
      ...receiver,
      DICOMIP: site.DICOMIP ?? receiver.DICOMIP,
      DICOMPORT: site.DICOMPORT ?? receiver.DICOMPORT,
      DICOMAETITLE: site.DICOMAETITLE ?? receiver.DICOMAETITLE,
      DATADIR: datadir,
      tls: site.tls, // two receivers cannot share a port
      accept: {
        calledAETitles: site.accept?.calledAETitles ?? calledAETitles,
        callingAETitles: site.accept?.callingAETitles ?? callingAETitles,
        callerIPs: site.accept?.callerIPs ?? callerIPs,
      },
      SITES: {},
    },
    // The folders that the station has elsewhere are those of its own data directory.
    station: { ...(datadir === stationDatadir ? station : elsewhere), datadir },
    statements,
  };
}
