// Checks what is reached over the network: our own receiver, every destination, and what runs cores elsewhere.

import type { ReachableDestination } from '../../config/destination.ts';
import { failureText } from '../../job/failure-text.ts';
import { askDestination } from '../carry/ask-destination.ts';
import type { Station } from '../station.ts';
import { checkShownCertificate } from './check-destination-trust.ts';
import { checkServers } from './check-inference-server.ts';
import { checkReceiver } from './check-receiver.ts';
import { checkSubmissions } from './check-slurm.ts';
import { ok, warning, type EnvironmentFinding } from './finding.ts';

export async function checkNetwork(station: Station): Promise<EnvironmentFinding[]> {
  const reachable = station.configuration.destinations.filter((destination) => {
    return destination.type !== 'sender' && destination.type !== 'folder';
  });
  const asked = reachable.map((destination) => checkDestination(destination, station.now()));
  const { streams } = station.configuration;
  const elsewhere = [...await checkServers(streams), ...await checkSubmissions(streams)];
  return [await checkReceiver(station), ...(await Promise.all(asked)).flat(), ...elsewhere];
}

async function checkDestination(destination: ReachableDestination, now: Date): Promise<EnvironmentFinding[]> {
  const subject = `destination ${destination.name}`;
  const asked = await askDestination(destination);
  if ('answered' in asked) return [ok(subject, asked.answered), ...await checkShownCertificate(destination, now)];
  return [warning(subject, failureText(asked.failure), `${asked.remedy}; deliveries wait for it`)];
}
