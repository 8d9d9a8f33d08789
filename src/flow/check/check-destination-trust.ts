// Checks what destinations need to trust and to be trusted: the files that say whom to trust and what to show, and, over
// the network, the certificate that each shows, whose end should not come as a surprise.

import { TLSSocket } from 'node:tls';
import type { DestinationTls, DicomwebDestination, ReachableDestination } from '../../config/destination.ts';
import { subjectOf, validityOf } from '../../network/certificate.ts';
import { connectTo } from '../../network/connect.ts';
import { readTlsClient } from '../../network/tls-client.ts';
import { wordTlsFault } from '../../network/tls-fault.ts';
import { securePlaceOf } from '../carry/secure-place-of.ts';
import { tlsFilesOf } from '../carry/tls-files.ts';
import { webPeerOf } from '../carry/web-peer-of.ts';
import type { Station } from '../station.ts';
import { checkChain, checkDate, checkKeyFile, checkPurpose, dayOf, type Purpose } from './certificate-findings.ts';
import { error, ok, type EnvironmentFinding } from './finding.ts';

const FOR_CLIENTS: Purpose = {
  usage: '1.3.6.1.5.5.7.3.2', called: 'clientAuth', whose: 'TLS clients', refusers: 'destinations',
};

/** Opens files only. */
export async function checkDestinationFiles({ configuration, now }: Station): Promise<EnvironmentFinding[]> {
  const findings: EnvironmentFinding[] = [];
  for (const destination of configuration.destinations) {
    if ('tls' in destination && destination.tls !== undefined) {
      findings.push(...await checkFiles(`TLS to ${destination.name}`, destination.tls, now()));
    }
    if (destination.type === 'dicomweb') findings.push(...await checkAuth(destination));
  }
  return findings;
}

async function checkAuth(destination: DicomwebDestination): Promise<EnvironmentFinding[]> {
  const authorization = await webPeerOf(destination).readAuthorization?.();
  if (authorization === undefined || !('fault' in authorization)) return [];
  return [error(`auth of ${destination.name}`, authorization.fault, 'put it there, or correct auth in config.json')];
}

async function checkFiles(subject: string, tls: DestinationTls, now: Date): Promise<EnvironmentFinding[]> {
  const read = await readTlsClient(tlsFilesOf(tls), '');
  if ('reason' in read) {
    const { text, remedy } = wordTlsFault(read);
    return [error(subject, text, remedy)];
  }
  const { ca = '', cert = '', key } = tls;
  const { chain: [own, ...others], authorities } = read;
  const remedy = 'have it renewed, and put the new one in its place: the next try reads it';
  const ofAuthorities = authorities.flatMap((one) => checkDate(subject, one, `in ${ca}`, now, remedy))
    .map((finding) => ({ ...finding, level: 'warning' as const })); // the destination may have another one's
  if (own === undefined || key === undefined) {
    const trusted = authorities.length === 0 ? 'those that Node.js trusts' : authorities.map(subjectOf).join(' and ');
    return ofAuthorities.length > 0 ? ofAuthorities : [ok(subject, `trusts ${trusted}; shows nothing`)];
  }
  const findings = [
    ...ofAuthorities,
    ...[own, ...others].flatMap((certificate) => checkDate(subject, certificate, `in ${cert}`, now, remedy)),
    ...checkPurpose(subject, own, cert, FOR_CLIENTS),
    ...checkChain(subject, { chain: [own, ...others], authorities }, cert, FOR_CLIENTS),
    ...await checkKeyFile(subject, key),
  ];
  return findings.length > 0 ? findings
    : [ok(subject, `shows ${subjectOf(own)}, valid until ${dayOf(validityOf(own).to)}`)];
}

/** Of one that answers: when its certificate expires, where that is soon. */
export async function checkShownCertificate(
  destination: ReachableDestination, now: Date,
): Promise<EnvironmentFinding[]> {
  const place = securePlaceOf(destination);
  const socket = place === undefined ? undefined : await connectTo(place);
  if (!(socket instanceof TLSSocket)) return [];
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  if (certificate === undefined) return [];
  const remedy = 'have it renewed there: afterwards nothing is sent to it';
  return checkDate(`destination ${destination.name}`, certificate, 'that it shows', now, remedy);
}
