// The sites of a station: which of them have a receiver of their own, and what is odd about where they listen.

import { resolve } from 'node:path';
import type { Configuration, SiteReceiver } from './configuration.ts';
import type { Finding } from './finding.ts';

type Sites = Pick<Configuration, 'datadir' | 'receiver'>;

/**
 * The sites whose receiver is a process of its own. One that listens and keeps where the station itself does, as in the
 * original's example, is the station under another name.
 */
export function separateSites(station: Sites): string[] {
  return Object.entries(station.receiver.sites).filter(([, site]) => !isStationItself(site, station))
    .map(([name]) => name);
}

export function isStationItself(site: Pick<SiteReceiver, 'address' | 'port' | 'datadir'>, station: Sites): boolean {
  const { address, port } = station.receiver;
  return site.address === address && site.port === port && resolve(site.datadir) === resolve(station.datadir);
}

/** What an administrator should know about the sites. */
export function findSiteNotes(station: Sites): Finding[] {
  const { receiver } = station;
  const listening = portsOf('the receiver itself', receiver);
  return Object.entries(receiver.sites).flatMap(([name, site]): Finding[] => {
    const at = { file: 'receiver.json', path: ['SITES', name], at: 'value' } as const;
    if (isStationItself(site, station)) {
      const message = 'listens and keeps where the receiver itself does: that takes in for it, and nothing of its own '
        + 'need be started';
      const itself = { level: 'info', ...at, message } as const;
      if (site.tls === undefined) return [itself];
      const unused = 'not used: the receiver itself listens there, with a `tls` of its own or none';
      return [itself, { level: 'warning', ...at, path: [...at.path, 'tls'], message: unused }];
    }
    const own = portsOf(`site ${name}`, site);
    const clashes = own.flatMap(({ key, port, address }): Finding[] => {
      const other = listening.find((one) => one.port === port && overlap(one.address, address));
      if (other === undefined) return [];
      const message = `listens on port ${port} as ${other.name} does: only one of them can run`;
      return [{ level: 'warning', ...at, message, expected: `a ${key} of its own` }];
    });
    listening.push(...own);
    return clashes;
  });
}

/** Where a receiver listens, without TLS and with it. */
function portsOf(name: string, { address, port, tls }: Pick<SiteReceiver, 'address' | 'port' | 'tls'>) {
  const plain = { name, address, port, key: 'DICOMPORT' };
  return tls === undefined ? [plain] : [plain, { name, address, port: tls.port, key: 'tls.port' }];
}

/** Whether one address is the other, or one of them is every address. */
function overlap(one: string, other: string): boolean {
  return one === other || [one, other].some((address) => address === '0.0.0.0' || address === '::');
}
