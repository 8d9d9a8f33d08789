// Where the TLS of a destination ends: for looking at the certificate that it shows.

import type { ReachableDestination } from '../../config/destination.ts';
import type { Place } from '../../network/connect.ts';
import { DEFAULT_PEER_TIMEOUTS } from '../../network/peer.ts';
import { tlsFilesOf } from './tls-files.ts';

const HTTPS_PORT = 443;

/** Undefined where there is no TLS. */
export function securePlaceOf(destination: ReachableDestination): Place | undefined {
  switch (destination.type) {
    case 'dicom': {
      const { IP: address, PORT: port, tls } = destination;
      return tls === undefined ? undefined : { address, port, tls: tlsFilesOf(tls), timeouts: DEFAULT_PEER_TIMEOUTS };
    }
    case 'dicomweb': {
      const { protocol, hostname, port } = new URL(destination.url);
      if (protocol !== 'https:') return undefined;
      return {
        address: hostname.replace(/^\[(.*)\]$/, '$1'), // without the brackets of IPv6
        port: port === '' ? HTTPS_PORT : Number(port),
        tls: tlsFilesOf(destination.tls ?? {}),
        timeouts: DEFAULT_PEER_TIMEOUTS,
      };
    }
    case 'folder': return undefined;
  }
}
