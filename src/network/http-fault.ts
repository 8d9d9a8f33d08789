// Why an HTTP request came to nothing, for an administrator.

import { codeOf } from '../spool/error-code.ts';
import { cryptoText } from './certificate.ts';
import { wordTlsRefusal } from './tls-refusal.ts';

const FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'closed the connection',
  EPIPE: 'closed the connection',
  ENOTFOUND: 'has a name that cannot be resolved',
  EAI_AGAIN: 'has a name that cannot be resolved now',
  EHOSTUNREACH: 'cannot be reached: no route to it',
  ENETUNREACH: 'cannot be reached: no route to its network',
  ETIMEDOUT: 'did not take a connection',
};

/** @param error with a code, of a connection or its TLS @returns what completes "the server …" */
export function wordHttpFault(error: Error): string {
  const code = codeOf(error) ?? '';
  const refusal = wordTlsRefusal(error);
  if (refusal !== undefined) return refusal;
  if (code.startsWith('HPE_')) return `does not answer in HTTP: ${error.message}; https:// may be meant`;
  return FAULTS[code] ?? `cannot be talked to: ${cryptoText(error)} (${code})`;
}
