// Checks a receiver, the station's own or that of a site: whether it answers, and with which configuration; where it
// does not run, whether it could.

import { statSync } from 'node:fs';
import { connectTo } from '../../network/connect.ts';
import { DEFAULT_PEER_TIMEOUTS } from '../../network/peer.ts';
import { findReceiver, reachableAddress } from '../receive/find-receiver.ts';
import type { Station } from '../station.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

export async function checkReceiver(station: Station): Promise<EnvironmentFinding> {
  const receiver = await findReceiver(station);
  switch (receiver.life) {
    case 'alive': return isOlderThanConfiguration(station, receiver)
      ? warning('receiver', `runs since ${receiver.since}; its configuration was changed later and does not hold yet`,
        `kill ${receiver.pid} lets it finish what it is at; cron starts it again with the new one`)
      : ok('receiver', `answers on port ${receiver.port}`);
    case 'dead':
      return error('receiver', `does not answer on port ${receiver.port}: ${receiver.text}`,
        'cron starts it again within a minute; dts log --level warning tells why it ended');
    case 'not running': return checkPort(station);
  }
}

/** It reads its configuration once, when it starts. */
function isOlderThanConfiguration({ configuration }: Station, { since }: { readonly since: string }): boolean {
  const changes = configuration.files.filter((file) => /\/(receiver|config)\.json$/.test(file));
  return changes.some((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > Date.parse(since));
}

/** Asks by a connection, not by listening: cron may start the receiver at this very moment. */
async function checkPort({ configuration: { site, receiver } }: Station): Promise<EnvironmentFinding> {
  const { address, port } = receiver;
  const connected = await connectTo({ address: reachableAddress(address), port, timeouts: DEFAULT_PEER_TIMEOUTS });
  if ('failure' in connected) {
    return warning('receiver', `does not run; port ${port} is free`, site === undefined
      ? 'cron starts it within a minute of the installation; by hand: dts receive'
      : `cron starts it within a minute once the crontab has its line; by hand: dts receive ${site}`);
  }
  connected.destroy();
  return error('receiver', `does not run, and something else listens on its port ${port}`,
    'stop that (ss -ltnp shows it), or change DICOMPORT');
}
