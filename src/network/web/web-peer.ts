// A DICOMweb server, as the calling side sees it: where it is, whom to trust, what to show.

import type { HttpTimeouts } from '../http-exchange.ts';
import type { TlsClientFiles } from '../tls-client.ts';

export interface WebPeer {
  /** That `/studies` is appended to; http or https, with neither query nor user, and no `/` at its end. */
  readonly url: string;
  /** Of an address that begins with https. */
  readonly tls?: TlsClientFiles;
  /** The value of the Authorization header, read anew for each try. Absent: none is sent. */
  readAuthorization?(): Promise<{ readonly text: string } | { readonly fault: string }>;
  readonly timeouts: HttpTimeouts;
}

/** Generous once it is connected: an archive may store to tape before it answers. */
export const WEB_TIMEOUTS: HttpTimeouts = { connectSeconds: 10, silenceSeconds: 120, totalSeconds: 4 * 3600 };

