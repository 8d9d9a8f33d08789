// Checks what is reached over the network: our own receiver and every destination, by C-ECHO.

import { statSync } from 'node:fs';
import type { Destination } from '../../config/configuration.ts';
import { failureText } from '../../job/failure-text.ts';
import { echo } from '../../network/echo-scu.ts';
import { formatAddress } from '../../network/peer.ts';
import { findReceiver } from '../find-receiver.ts';
import { peerOf } from '../send-delivery.ts';
import type { Station } from '../station.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

export async function checkNetwork(station: Station): Promise<EnvironmentFinding[]> {
  const asked = station.configuration.destinations.map(checkDestination);
  return [await checkReceiver(station), ...await Promise.all(asked)];
}

async function checkReceiver(station: Station): Promise<EnvironmentFinding> {
  const receiver = await findReceiver(station);
  switch (receiver.life) {
    case 'alive': return isOlderThanConfiguration(station, receiver)
      ? warning('receiver', `runs since ${receiver.since}; its configuration was changed later and does not hold yet`,
        `kill ${receiver.pid} lets it finish what it is at; cron starts it again with the new one`)
      : ok('receiver', `answers on port ${receiver.port}`);
    case 'dead':
      return error('receiver', `does not answer on port ${receiver.port}: ${receiver.text}`,
        'cron starts it again within a minute; dts log --level warning tells why it ended');
    case 'not running':
      return warning('receiver', 'does not run',
        'cron starts it within a minute of the installation; by hand: dts receive');
  }
}

/** It reads its configuration once, when it starts. */
function isOlderThanConfiguration({ configuration }: Station, { since }: { readonly since: string }): boolean {
  const changes = configuration.files.filter((file) => /\/(receiver|config)\.json$/.test(file));
  return changes.some((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > Date.parse(since));
}

async function checkDestination(destination: Destination): Promise<EnvironmentFinding> {
  const peer = peerOf(destination);
  const answer = await echo({ ...peer, timeouts: { ...peer.timeouts, associationSeconds: 10, responseSeconds: 10 } });
  const subject = `destination ${destination.name}`;
  if ('echoed' in answer) {
    return ok(subject, `${formatAddress(peer)} answered in ${Math.round(answer.milliseconds)} ms`);
  }
  return warning(subject, failureText(answer),
    `look whether it runs and knows ${destination.OwnAETitle} at our address; deliveries wait for it`);
}
