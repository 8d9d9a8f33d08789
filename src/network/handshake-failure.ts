// Why a TLS handshake came to nothing, for the log: OpenSSL's words tell an administrator little.

import { codeOf } from '../spool/error-code.ts';
import { cryptoText } from './certificate.ts';

/** What OpenSSL finds wrong with what the peer sent, by Node.js' codes. */
const FAILURES: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'the peer showed no certificate',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the peer speaks no TLS from 1.2 on',
  ERR_SSL_NO_SHARED_CIPHER: 'the peer offers no cipher suite of BCP 195 that our certificate can be used with',
  ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM: 'the peer takes no signature that our certificate can be used with',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the peer does not speak TLS; plain DICOM belongs to the other port',
  ERR_SSL_HTTP_REQUEST: 'the peer speaks HTTP',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'the TLS handshake took too long',
  ECONNRESET: 'the peer closed the connection during the TLS handshake',
};

/** What is wrong with a peer's certificate, by OpenSSL's names of verification errors. */
function verificationErrors({ trusted, purpose }: Trust): Readonly<Record<string, string>> {
  const notSigned = `is not signed by one of ${trusted}`;
  return {
    CERT_HAS_EXPIRED: 'has expired',
    CERT_NOT_YET_VALID: 'is not valid yet',
    DEPTH_ZERO_SELF_SIGNED_CERT: `is signed by itself and not by one of ${trusted}`,
    SELF_SIGNED_CERT_IN_CHAIN: notSigned,
    UNABLE_TO_GET_ISSUER_CERT: `${notSigned}, or its chain is incomplete`,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `${notSigned}, or its chain is incomplete`,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: `${notSigned}, or its chain is incomplete`,
    INVALID_PURPOSE: `is not made out for ${purpose}`,
    // What Node.js has no name for: the security level of tls-policy.ts is all that we ask beyond the usual.
    UNSPECIFIED: 'is refused; its key or signature may be too weak (RSA below 2048 bits, SHA-1)',
  };
}

/** Whom we trust, as the configuration says it, and what for. */
export interface Trust {
  /** Such as `tls.ca`. */
  readonly trusted: string;
  /** Such as `TLS clients`. */
  readonly purpose: string;
}

const SENDERS: Trust = { trusted: 'tls.ca', purpose: 'TLS clients' };

/** The peer has broken off with an alert (RFC 8446 section 6.2), which Node.js names in the code. */
const ALERT = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13)_ALERT_(\w+)$/;
const ABOUT_OUR_CERTIFICATE = /CERTIFICATE_(?!REQUIRED)|_CERTIFICATE|UNKNOWN_CA/;

/**
 * @param error of the handshake, as `tlsClientError` has it
 * @param verification why the peer's certificate was refused, OpenSSL's name; undefined where it was not
 */
export function wordHandshakeFailure(error: Error, verification: string | undefined): string {
  if (verification !== undefined) {
    const text = wordVerificationError(verification, SENDERS);
    return `the peer's certificate ${text ?? `is refused: ${words(verification)}`}`;
  }
  const code = codeOf(error) ?? '';
  const alert = ALERT.exec(code)?.[1];
  if (alert === undefined) return FAILURES[code] ?? `the TLS handshake failed: ${cryptoText(error)}`;
  return ABOUT_OUR_CERTIFICATE.test(alert) ? `the peer does not accept our certificate: ${words(alert)}`
    : `the peer broke off the TLS handshake: ${words(alert)}`;
}

/** Completes "the certificate …"; undefined for what is no verification error. */
export function wordVerificationError(verification: string, trust: Trust): string | undefined {
  return verificationErrors(trust)[verification];
}

/** UNKNOWN_CA becomes `unknown ca`. */
function words(name: string): string {
  return name.toLowerCase().replaceAll('_', ' ');
}
