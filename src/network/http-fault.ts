// Why an HTTP request came to nothing, for an administrator.

import { codeOf } from '../spool/error-code.ts';
import { cryptoText } from './certificate.ts';
import { wordVerificationError } from './handshake-failure.ts';

const SERVERS = { trusted: 'those that are trusted (ca)', purpose: 'TLS servers' };

const FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'closed the connection',
  EPIPE: 'closed the connection',
  ENOTFOUND: 'has a name that cannot be resolved',
  EAI_AGAIN: 'has a name that cannot be resolved now',
  EHOSTUNREACH: 'cannot be reached: no route to it',
  ENETUNREACH: 'cannot be reached: no route to its network',
  ETIMEDOUT: 'did not take a connection',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate that is made out to another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS at this address; http:// may be meant',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'does not speak TLS at this address; http:// may be meant',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'speaks no TLS from 1.2 on',
};

/** @param error with a code, of a connection or its TLS @returns what completes "the server …" */
export function wordHttpFault(error: Error): string {
  const code = codeOf(error) ?? '';
  const refusal = wordVerificationError(code, SERVERS);
  if (refusal !== undefined) return `shows a certificate that ${refusal}`;
  if (code.startsWith('HPE_')) return `does not answer in HTTP: ${error.message}`;
  return FAULTS[code] ?? `cannot be talked to: ${cryptoText(error)} (${code})`;
}
