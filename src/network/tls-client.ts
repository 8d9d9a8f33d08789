// What the calling side of TLS shows and whom it trusts: the authorities, and, where the peer asks for it, a key and a
// certificate, read from their files whenever a connection is opened. A renewed certificate needs no restart.
//
// Promises: the peer's certificate is always verified, and so is the name that it is made out to, also where the peer
// is called by its address. Nothing turns that off.

import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { findWeakness, readAuthorities, readKeyPair, type TlsFiles } from './tls-credentials.ts';
import type { TlsFault } from './tls-fault.ts';
import { TLS_POLICY } from './tls-policy.ts';

/** Absolute paths of PEM files, and whom we mean to talk to. */
export interface TlsClientFiles {
  /** Those who sign the peer's certificate; absent: the authorities that Node.js trusts. */
  readonly ca?: string;
  /** What we show where we are asked; absent: nothing. */
  readonly own?: Omit<TlsFiles, 'ca'>;
  /** The name in the peer's certificate, where it is another than the one it is called by. */
  readonly serverName?: string;
}

/** For `tls.connect` and `https.request`. Equal options may share a session. */
export type TlsClientOptions = Pick<ConnectionOptions,
  'ca' | 'key' | 'cert' | 'passphrase' | 'minVersion' | 'ciphers' | 'servername' | 'checkServerIdentity'
  | 'rejectUnauthorized'>;

export interface TlsClient {
  readonly options: TlsClientOptions;
  /** Ours, then the rest of its file; empty where we show none. */
  readonly chain: readonly X509Certificate[];
  /** Of `ca`; empty where there is none. */
  readonly authorities: readonly X509Certificate[];
}

/** @param host by which the peer is called: a name or an address */
export async function readTlsClient(
  { ca, own, serverName = '' }: TlsClientFiles, host: string,
): Promise<TlsClient | TlsFault> {
  const trusted = ca === undefined ? undefined : await readAuthorities(ca);
  if (trusted !== undefined && 'reason' in trusted) return trusted;
  const pair = own === undefined ? undefined : await readKeyPair(own);
  if (pair !== undefined && 'reason' in pair) return pair;
  const { chain = [], ...shown } = pair ?? {};
  const name = serverName === '' ? host : serverName;
  const context = { ...TLS_POLICY, ...shown, ...(trusted === undefined ? {} : { ca: trusted.ca }) };
  const weakness = findWeakness(context, own?.cert ?? ca ?? '');
  if (weakness !== undefined) return weakness;
  return {
    options: {
      ...context,
      servername: isIP(name) === 0 ? name : '', // addresses are not sent (RFC 6066 section 3)
      checkServerIdentity: (_called, certificate) => checkServerIdentity(name, certificate),
      rejectUnauthorized: true,
    },
    chain,
    authorities: trusted?.authorities ?? [],
  };
}
