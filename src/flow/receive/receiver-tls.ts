// The receiver's TLS port as the network side wants it, out of what is configured; tells the log of its certificate.

import type { ReceiverTls } from '../../config/configuration.ts';
import { readSecret } from '../../config/secret.ts';
import type { EventLog } from '../../log/event-log.ts';
import { subjectOf, validityOf } from '../../network/certificate.ts';
import type { TlsFiles } from '../../network/tls-credentials.ts';
import type { TlsPort } from '../../network/tls-listener.ts';

/** @param lookEverySeconds undefined: the usual time between two looks at the files */
export function openTlsPort(tls: ReceiverTls, events: EventLog, lookEverySeconds?: number): TlsPort {
  const { port, requireClientCertificate, cert: file } = tls;
  return {
    port,
    files: tlsFilesOf(tls),
    requireClientCertificate,
    ...(lookEverySeconds === undefined ? {} : { lookEverySeconds }),
    news: {
      loaded({ chain: [own] }) {
        const validTo = new Date(validityOf(own).to).toISOString();
        events.write({ event: 'certificate-loaded', file, subject: subjectOf(own), validTo });
      },
      unusable(text, remainsUsable) {
        events.write({ event: 'certificate-unusable', file, text, inUse: remainsUsable ? 'the one before' : 'none' });
      },
    },
  };
}

export function tlsFilesOf({ key, passphrase, cert, ca, requireClientCertificate }: ReceiverTls): TlsFiles {
  return {
    key, cert,
    ...(ca === undefined || !requireClientCertificate ? {} : { ca }),
    ...(passphrase === undefined ? {} : { readPassphrase: () => readSecret(passphrase) }),
  };
}
