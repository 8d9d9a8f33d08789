// Whether the certificates of our file lead from ours to a root, as far as can be told without asking anybody.

import type { X509Certificate } from 'node:crypto';
import { isSelfSigned } from './certificate.ts';
import type { TlsCredentials } from './tls-credentials.ts';

export type ChainToJudge = Pick<TlsCredentials, 'chain' | 'authorities'>;

export interface ChainFaults {
  /** Of the file, no part of what leads from ours upwards. */
  readonly strangers: readonly X509Certificate[];
  /** An intermediate one that peers need and that stands only among those we trust. */
  readonly missing?: X509Certificate;
}

export function findChainFaults({ chain: [own, ...others], authorities }: ChainToJudge): ChainFaults {
  const strangers = new Set(others);
  let last = own;
  for (let next = issuerOf(last, strangers); next !== undefined; next = issuerOf(last, strangers)) {
    strangers.delete(next);
    last = next;
  }
  // A root need not be sent: whoever trusts it has it.
  const above = isSelfSigned(last) ? undefined : issuerOf(last, authorities);
  const isMissing = above !== undefined && !isSelfSigned(above);
  return { strangers: [...strangers], ...(isMissing ? { missing: above } : {}) };
}

function issuerOf(certificate: X509Certificate, among: Iterable<X509Certificate>): X509Certificate | undefined {
  return [...among].find((one) => certificate.checkIssued(one) && certificate.verify(one.publicKey));
}
