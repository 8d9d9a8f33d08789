// Checks what the receiver's TLS port needs: a key, a certificate that belongs to it and is valid, those to trust.

import { subjectOf, validityOf } from '../../network/certificate.ts';
import { readTlsCredentials, type TlsCredentials } from '../../network/tls-credentials.ts';
import { wordTlsFault } from '../../network/tls-fault.ts';
import { tlsFilesOf } from '../receive/receiver-tls.ts';
import type { Station } from '../station.ts';
import { checkChain, checkDate, checkKeyFile, checkPurpose, dayOf, type Purpose } from './certificate-findings.ts';
import { error, ok, type EnvironmentFinding } from './finding.ts';

const CERTIFICATE = 'TLS certificate';

const FOR_SERVERS: Purpose = {
  usage: '1.3.6.1.5.5.7.3.1', called: 'serverAuth', whose: 'TLS servers', refusers: 'senders',
};

/** Nothing where there is no TLS port. */
export async function checkCertificates({ configuration, now }: Station): Promise<EnvironmentFinding[]> {
  const { tls } = configuration.receiver;
  if (tls === undefined) return [];
  const read = await readTlsCredentials(tlsFilesOf(tls));
  if ('reason' in read) {
    const { text, remedy } = wordTlsFault(read);
    return [error(CERTIFICATE, text, remedy)];
  }
  const [own] = read.chain;
  const findings = [
    ...checkDates(read, tls, now()),
    ...checkPurpose(CERTIFICATE, own, tls.cert, FOR_SERVERS),
    ...checkChain(CERTIFICATE, read, tls.cert, FOR_SERVERS),
    ...await checkKeyFile('TLS key', tls.key),
  ];
  const until = dayOf(validityOf(own).to);
  return findings.length > 0 ? findings : [ok(CERTIFICATE, `${subjectOf(own)}, valid until ${until}`)];
}

function checkDates(
  { chain, authorities }: TlsCredentials, { cert, ca = '' }: { readonly cert: string; readonly ca?: string }, now: Date,
): EnvironmentFinding[] {
  const remedy = 'have it renewed, and put the new one in its place: a running receiver loads it within a minute';
  return [
    ...chain.flatMap((certificate) => checkDate(CERTIFICATE, certificate, `in ${cert}`, now, remedy)),
    // Senders whose certificate another one has signed are not concerned.
    ...authorities.flatMap((certificate) => checkDate('TLS authority', certificate, `in ${ca}`, now, remedy))
      .map((finding) => ({ ...finding, level: 'warning' as const })),
  ];
}
