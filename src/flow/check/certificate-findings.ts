// What is found wrong with certificates and the file of a key, whoever uses them.

import type { X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { subjectOf, validityOf } from '../../network/certificate.ts';
import { findChainFaults, type ChainToJudge } from '../../network/certificate-chain.ts';
import { error, type EnvironmentFinding, warning } from './finding.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Renewing takes a hospital weeks. */
const EXPIRES_SOON_DAYS = 30;

/** What a certificate is to be good for. */
export interface Purpose {
  /** The extended key usage, RFC 5280 section 4.2.1.12. */
  readonly usage: string;
  /** As OpenSSL calls it. */
  readonly called: string;
  /** `TLS servers`. */
  readonly whose: string;
  /** Who may refuse a certificate that is not, `senders`. */
  readonly refusers: string;
}

/** @param where where it lies, or who shows it @param remedy of one that has expired, or soon will have */
export function checkDate(
  subject: string, certificate: X509Certificate, where: string, now: Date, remedy: string,
): EnvironmentFinding[] {
  const { from, to } = validityOf(certificate);
  const what = `${subjectOf(certificate)} ${where}`;
  if (to < now.getTime()) return [error(subject, `${what} has expired on ${dayOf(to)}`, remedy)];
  if (from > now.getTime()) {
    return [error(subject, `${what} is not valid before ${new Date(from).toISOString()}`,
      'wait until then, have one made that is valid now, or set the clock')];
  }
  const days = Math.floor((to - now.getTime()) / DAY_MILLISECONDS);
  if (days >= EXPIRES_SOON_DAYS) return [];
  return [warning(subject, `${what} expires on ${dayOf(to)}, in ${days === 1 ? 'one day' : `${days} days`}`, remedy)];
}

/** A certificate without the extension may be used for everything. Node.js calls it `keyUsage`. */
export function checkPurpose(
  subject: string, { keyUsage }: X509Certificate, file: string, { usage, called, whose, refusers }: Purpose,
): EnvironmentFinding[] {
  const usages = keyUsage as readonly string[] | undefined;
  if (usages === undefined || usages.includes(usage)) return [];
  return [warning(subject, `${file} is not made out for ${whose}, so ${refusers} may refuse it`,
    `have one made with the extended key usage ${called}`)];
}

export function checkChain(
  subject: string, chain: ChainToJudge, file: string, { refusers }: Purpose,
): EnvironmentFinding[] {
  const { strangers, missing } = findChainFaults(chain);
  const findings = strangers.map((stranger) => {
    return warning(subject, `${subjectOf(stranger)} in ${file} has signed none of those before it`,
      'take it out, or put in what stands between');
  });
  if (missing === undefined) return findings;
  return [...findings, warning(subject,
    `${file} lacks the intermediate certificate ${subjectOf(missing)}, without which ${refusers} may refuse ours`,
    `append it to ${file}`)];
}

export async function checkKeyFile(subject: string, key: string): Promise<EnvironmentFinding[]> {
  const { mode } = await stat(key);
  if ((mode & 0o007) === 0) return [];
  return [warning(subject, `${key} is open to every user of this host (mode ${(mode & 0o777).toString(8)})`,
    `chmod o-rwx ${key}; whoever may have read it can pass for this station, so have the key renewed, too`)];
}

export function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
