// Checks what the receiver's TLS port needs: a key, a certificate that belongs to it and is valid, those to trust.

import type { X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { subjectOf, validityOf } from '../../network/certificate.ts';
import { findChainFaults } from '../../network/certificate-chain.ts';
import { readTlsCredentials, type TlsCredentials } from '../../network/tls-credentials.ts';
import { wordTlsFault } from '../../network/tls-fault.ts';
import { tlsFilesOf } from '../receive/receiver-tls.ts';
import type { Station } from '../station.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Renewing takes a hospital weeks. */
const EXPIRES_SOON_DAYS = 30;
/** The extended key usage of servers, RFC 5280 section 4.2.1.12. */
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';

const CERTIFICATE = 'TLS certificate';

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
    ...checkPurpose(own, tls.cert),
    ...checkChain(read, tls),
    ...await checkKeyFile(tls.key),
  ];
  const until = dayOf(validityOf(own).to);
  return findings.length > 0 ? findings : [ok(CERTIFICATE, `${subjectOf(own)}, valid until ${until}`)];
}

function checkDates(
  { chain, authorities }: TlsCredentials, { cert, ca }: { readonly cert: string; readonly ca?: string }, now: Date,
): EnvironmentFinding[] {
  return [
    ...chain.flatMap((certificate) => checkDate(certificate, cert, now)),
    // Senders whose certificate another one has signed are not concerned.
    ...authorities.flatMap((certificate) => checkDate(certificate, ca ?? '', now)).map((finding) => ({
      ...finding, subject: 'TLS authority', level: 'warning' as const,
    })),
  ];
}

function checkDate(certificate: X509Certificate, file: string, now: Date): EnvironmentFinding[] {
  const { from, to } = validityOf(certificate);
  const what = `${subjectOf(certificate)} in ${file}`;
  if (to < now.getTime()) {
    const remedy = 'put the renewed one in its place; a running receiver loads it within a minute';
    return [error(CERTIFICATE, `${what} has expired on ${dayOf(to)}`, remedy)];
  }
  if (from > now.getTime()) {
    const remedy = 'wait until then, have one made that is valid now, or set the clock';
    return [error(CERTIFICATE, `${what} is not valid before ${new Date(from).toISOString()}`, remedy)];
  }
  const days = Math.floor((to - now.getTime()) / DAY_MILLISECONDS);
  if (days >= EXPIRES_SOON_DAYS) return [];
  const remedy = 'have it renewed, and put the new one in its place: no restart is needed';
  return [warning(CERTIFICATE, `${what} expires on ${dayOf(to)}, in ${days === 1 ? 'one day' : `${days} days`}`, remedy)];
}

/** A certificate without the extension may be used for everything. Node.js calls it `keyUsage`. */
function checkPurpose({ keyUsage }: X509Certificate, file: string): EnvironmentFinding[] {
  const usages = keyUsage as readonly string[] | undefined;
  if (usages === undefined || usages.includes(SERVER_AUTHENTICATION)) return [];
  return [warning(CERTIFICATE, `${file} is not made out for TLS servers, so senders may refuse it`,
    'have one made with the extended key usage serverAuth')];
}

function checkChain(credentials: TlsCredentials, { cert }: { readonly cert: string }): EnvironmentFinding[] {
  const { strangers, missing } = findChainFaults(credentials);
  const findings = strangers.map((stranger) => {
    return warning(CERTIFICATE, `${subjectOf(stranger)} in ${cert} has signed none of those before it`,
      'take it out, or put in what stands between');
  });
  if (missing === undefined) return findings;
  return [...findings, warning(CERTIFICATE,
    `${cert} lacks the intermediate certificate ${subjectOf(missing)}, without which senders may refuse ours`,
    `append it to ${cert}`)];
}

async function checkKeyFile(key: string): Promise<EnvironmentFinding[]> {
  const { mode } = await stat(key);
  if ((mode & 0o007) === 0) return [];
  return [warning('TLS key', `${key} is open to every user of this host (mode ${(mode & 0o777).toString(8)})`,
    `chmod o-rwx ${key}; whoever may have read it can pass for this station, so have the key renewed, too`)];
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
