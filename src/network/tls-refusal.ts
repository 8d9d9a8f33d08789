// Why a TLS connection that we opened came to nothing, and what mends it: OpenSSL's words tell an administrator little.

import { codeOf } from '../spool/error-code.ts';
import { wordVerificationError } from './handshake-failure.ts';

const SERVERS = { trusted: 'those that are trusted (ca)', purpose: 'TLS servers' };

/** What mends a certificate that is refused, by OpenSSL's names of verification errors; else, nobody can say. */
const REMEDIES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'have it renewed there',
  CERT_NOT_YET_VALID: 'look at the clocks of both',
  INVALID_PURPOSE: 'have one made there with the extended key usage serverAuth',
  UNSPECIFIED: 'have one made there with RSA of 2048 bits or more, or an elliptic curve, signed with SHA-256',
};
const TRUST_IT = 'if it is the right one, put the certificate of who signed it into ca';

const NOT_TLS = 'does not speak TLS there; give its port for TLS, or take away tls (http:// for https://)';
const NO_CERTIFICATE = 'wants a certificate of ours; give tls.cert and tls.key';
const OLD_TLS = 'speaks no TLS from 1.2 on; have it updated';
const NO_CIPHERS = 'breaks off the handshake: it speaks no cipher suite of BCP 195, or wants another certificate of '
  + 'ours';

const REFUSALS: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_TLS,
  ERR_SSL_HTTP_REQUEST: NOT_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OLD_TLS,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OLD_TLS,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: NO_CIPHERS,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: NO_CERTIFICATE,
};

/** The peer has broken off with an alert (RFC 8446 section 6.2), which Node.js names in the code. */
const ALERT = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13)_ALERT_(\w+)$/;
const ABOUT_OUR_CERTIFICATE = /CERTIFICATE|UNKNOWN_CA/;

/** What Node.js adds to an error about the name in a certificate. */
interface NameError extends Error {
  readonly host?: string;
  readonly cert?: { readonly subjectaltname?: string; readonly subject?: { readonly CN?: unknown } };
}

/** @returns what completes "the peer …", for what is about TLS; undefined for any other error */
export function wordTlsRefusal(error: Error): string | undefined {
  const code = codeOf(error) ?? '';
  const verification = wordVerificationError(code, SERVERS);
  if (verification !== undefined) return `shows a certificate that ${verification}; ${REMEDIES[code] ?? TRUST_IT}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return wordWrongName(error);
  if (REFUSALS[code] !== undefined) return REFUSALS[code];
  const alert = ALERT.exec(code)?.[1];
  if (alert === undefined) return undefined;
  const words = alert.toLowerCase().replaceAll('_', ' ');
  return ABOUT_OUR_CERTIFICATE.test(alert) ? `does not accept the certificate that we show (${words}); `
    + 'have it trust who signed tls.cert, or renew that' : `breaks off the TLS handshake: ${words}`;
}

function wordWrongName({ cert, host = '' }: NameError): string {
  const { subjectaltname, subject } = cert ?? {};
  const named = subjectaltname ?? (typeof subject?.CN === 'string' ? `CN:${subject.CN}` : 'nobody');
  return `shows a certificate that is made out to another name (${named}, not ${host}); `
    + 'if it is the right one, give one of its names as tls.serverName';
}
