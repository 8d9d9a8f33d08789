// X.509 certificates in PEM, as files hold them: read one after the other, and told to people.

import { X509Certificate } from 'node:crypto';
import { codeOf } from '../spool/error-code.ts';
import type { TlsFault } from './tls-fault.ts';

const PEM = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** All certificates of a file, in its order. */
export type Certificates = readonly [X509Certificate, ...X509Certificate[]];

/** At least one, or why not. */
export function parseCertificates(file: string, text: string): Certificates | TlsFault {
  const certificates: X509Certificate[] = [];
  for (const [pem] of text.matchAll(PEM)) {
    const certificate = parseCertificate(pem);
    if ('fault' in certificate) {
      return { reason: 'certificate-damaged', file, place: certificates.length + 1, text: certificate.fault };
    }
    certificates.push(certificate);
  }
  const [first, ...others] = certificates;
  return first === undefined ? { reason: 'no-certificate', file } : [first, ...others];
}

function parseCertificate(pem: string): X509Certificate | { readonly fault: string } {
  try {
    const certificate = new X509Certificate(pem);
    const { from, to } = validityOf(certificate);
    return Number.isNaN(from + to) ? { fault: 'its dates cannot be read' } : certificate;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { fault: cryptoText(error) };
  }
}

/** From when until when it is valid, in milliseconds since 1970. */
export function validityOf(certificate: X509Certificate): { readonly from: number; readonly to: number } {
  return { from: Date.parse(certificate.validFrom), to: Date.parse(certificate.validTo) };
}

/** The name that it was made out to, in one line. */
export function subjectOf(certificate: X509Certificate): string {
  return certificate.subject?.split('\n').join(', ') || `serial number ${certificate.serialNumber}`;
}

export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate);
}

/** The last words of OpenSSL's `error:05800074:x509 certificate routines::key values mismatch`; any other error's all. */
export function cryptoText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^(?:[0-9A-F]+:)?error:[^]*:([^:\n]+?)(?::[^:\n]*:\d+:?)?\s*$/.exec(text)?.[1] ?? text;
}
