// Checks a site: its data directory, where it has one of its own, its certificate, and its receiver.

import { checkCertificates } from './check-certificates.ts';
import { checkFolders } from './check-folders.ts';
import { checkReceiver } from './check-receiver.ts';
import type { Station } from '../station.ts';
import type { EnvironmentFinding } from './finding.ts';

/** @param isOffline skips what needs the network */
export async function checkSite(station: Station, site: Station, isOffline: boolean): Promise<EnvironmentFinding[]> {
  const hasOwnFolders = site.layout.datadir !== station.layout.datadir;
  const findings = [
    ...hasOwnFolders ? await checkFolders(site) : [],
    ...await checkCertificates(site),
    ...isOffline ? [] : [await checkReceiver(site)],
  ];
  return findings.map((finding) => ({ ...finding, subject: `site ${site.configuration.site}: ${finding.subject}` }));
}
