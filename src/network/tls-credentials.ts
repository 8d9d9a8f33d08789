// What our side of TLS shows and whom it trusts: private key, certificate and authorities, read from their files.
//
// Promises that what it returns fits together and is strong enough to be used. Says nothing of dates: an expired
// certificate is shown all the same, and refused by the peer, who then can tell why.

import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { codeOf } from '../spool/error-code.ts';
import { type Certificates, cryptoText, parseCertificates } from './certificate.ts';
import type { TlsFault } from './tls-fault.ts';
import { TLS_POLICY } from './tls-policy.ts';

/** Absolute paths of PEM files. */
export interface TlsFiles {
  readonly key: string;
  /** Our certificate, with the intermediate ones behind it. */
  readonly cert: string;
  /** Those who sign the peers' certificates; absent where peers are not asked for one. */
  readonly ca?: string;
  /** Absent where the key is not encrypted. */
  readPassphrase?(): Promise<{ readonly text: string } | { readonly fault: string }>;
}

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
  readonly passphrase?: string;
  /** Of `cert`: ours, then the rest of the file. */
  readonly chain: Certificates;
}

export interface TlsCredentials {
  /** With the policy of tls-policy.ts. Equal for the same contents of the files. */
  readonly context: SecureContextOptions;
  /** Of `cert`: ours, then the rest of the file. */
  readonly chain: Certificates;
  /** Of `ca`. */
  readonly authorities: readonly X509Certificate[];
}

export async function readTlsCredentials(files: TlsFiles): Promise<TlsCredentials | TlsFault> {
  const pair = await readKeyPair(files);
  if ('reason' in pair) return pair;
  const trusted = files.ca === undefined ? undefined : await readAuthorities(files.ca);
  if (trusted !== undefined && 'reason' in trusted) return trusted;
  const { chain, ...own } = pair;
  const context: SecureContextOptions = {
    ...TLS_POLICY, ...own,
    ca: trusted?.ca ?? [], // not those that Node.js knows
  };
  return findWeakness(context, files.cert) ?? { context, chain, authorities: trusted?.authorities ?? [] };
}

/** Private key and certificate as text that fit together, and the certificates of the latter's file. */
export async function readKeyPair(files: Omit<TlsFiles, 'ca'>): Promise<KeyPair | TlsFault> {
  const key = await readText(files.key);
  if (typeof key !== 'string') return key;
  const cert = await readText(files.cert);
  if (typeof cert !== 'string') return cert;
  const passphrase = await files.readPassphrase?.();
  if (passphrase && 'fault' in passphrase) return { reason: 'passphrase-missing', text: passphrase.fault };

  const chain = parseCertificates(files.cert, cert);
  if ('reason' in chain) return chain;
  const privateKey = parseKey(files.key, key, passphrase?.text);
  if ('reason' in privateKey) return privateKey;
  const place = chain.findIndex((certificate) => certificate.checkPrivateKey(privateKey));
  if (place !== 0) {
    const found = { reason: 'key-of-another', file: files.key, certificateFile: files.cert } as const;
    return place === -1 ? found : { ...found, place: place + 1 };
  }
  return { key, cert, ...(passphrase === undefined ? {} : { passphrase: passphrase.text }), chain };
}

/** The certificates of a file, as text and read. */
export async function readAuthorities(
  file: string,
): Promise<{ readonly ca: string; readonly authorities: Certificates } | TlsFault> {
  const ca = await readText(file);
  if (typeof ca !== 'string') return ca;
  const authorities = parseCertificates(file, ca);
  return 'reason' in authorities ? authorities : { ca, authorities };
}

/** @param file that of the certificate, which is told */
export function findWeakness(context: SecureContextOptions, file: string): TlsFault | undefined {
  try {
    createSecureContext(context);
    return undefined;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { reason: 'too-weak', file, text: cryptoText(error) };
  }
}

async function readText(file: string): Promise<string | TlsFault> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { reason: 'file-unreadable', file, code };
  }
}

function parseKey(file: string, key: string, passphrase: string | undefined): KeyObject | TlsFault {
  try {
    return createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    if (!/\bENCRYPTED\b/.test(key)) return { reason: 'key-damaged', file, text: cryptoText(error) };
    return passphrase === undefined ? { reason: 'key-encrypted', file } : { reason: 'passphrase-wrong', file };
  }
}
