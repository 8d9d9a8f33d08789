// Checks what is reached over the network: our own receiver and every destination, by C-ECHO, and what runs cores
// elsewhere.

import type { DicomDestination } from '../../config/destination.ts';
import { failureText } from '../../job/failure-text.ts';
import { echo } from '../../network/echo-scu.ts';
import { formatAddress } from '../../network/peer.ts';
import { peerOf } from '../carry/carry-by-dimse.ts';
import type { Station } from '../station.ts';
import { checkServers } from './check-inference-server.ts';
import { checkReceiver } from './check-receiver.ts';
import { checkSubmissions } from './check-slurm.ts';
import { ok, warning, type EnvironmentFinding } from './finding.ts';

export async function checkNetwork(station: Station): Promise<EnvironmentFinding[]> {
  const nodes = station.configuration.destinations.filter((destination) => destination.type === 'dicom');
  const asked = nodes.map(checkDestination);
  const { streams } = station.configuration;
  const elsewhere = [...await checkServers(streams), ...await checkSubmissions(streams)];
  return [await checkReceiver(station), ...await Promise.all(asked), ...elsewhere];
}

async function checkDestination(destination: DicomDestination): Promise<EnvironmentFinding> {
  const peer = peerOf(destination);
  const answer = await echo({ ...peer, timeouts: { ...peer.timeouts, associationSeconds: 10, responseSeconds: 10 } });
  const subject = `destination ${destination.name}`;
  if ('echoed' in answer) {
    return ok(subject, `${formatAddress(peer)} answered in ${Math.round(answer.milliseconds)} ms`);
  }
  return warning(subject, failureText(answer),
    `look whether it runs and knows ${destination.OwnAETitle} at our address; deliveries wait for it`);
}
