// Another application entity, as the calling side sees it: where it is, what both are called, how long it may take.

import type { TlsClientFiles } from './tls-client.ts';

/** Whom we call and under which title. */
export interface Peer {
  /** Host name or IP address. */
  readonly address: string;
  readonly port: number;
  readonly calledAETitle: string;
  readonly callingAETitle: string;
  /** Absent: without TLS. */
  readonly tls?: TlsClientFiles;
  readonly timeouts: PeerTimeouts;
  /** What we announce: the longest P-DATA-TF PDU that we read, in bytes without its header. */
  readonly maximumPDULength: number;
}

export interface PeerTimeouts {
  /** For the TCP connection, name lookup and TLS handshake included. */
  readonly connectSeconds: number;
  /** From A-ASSOCIATE-RQ to its answer. */
  readonly associationSeconds: number;
  /** From the last byte of a request to its response, and for the peer to take each piece of what is sent. */
  readonly responseSeconds: number;
  /** From A-RELEASE-RQ to its answer; a peer that gives none has lost nothing. */
  readonly releaseSeconds: number;
}

/** Generous within an association: an archive may store to tape before it answers. */
export const DEFAULT_PEER_TIMEOUTS: PeerTimeouts = {
  connectSeconds: 10,
  associationSeconds: 30,
  responseSeconds: 120,
  releaseSeconds: 10,
};

/** What we announce, and the longest PDU that we send to a peer that would take any. */
export const DEFAULT_MAXIMUM_PDU_LENGTH = 131072;

/** The peer's address as it stands in messages, `10.1.2.3:104` or `[fe80::1]:104`. */
export function formatAddress({ address, port }: Pick<Peer, 'address' | 'port'>): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
