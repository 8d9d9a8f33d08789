// The TLS settings of a destination as the network side wants them.

import type { DestinationTls } from '../../config/destination.ts';
import { readSecret } from '../../config/secret.ts';
import type { TlsClientFiles } from '../../network/tls-client.ts';

export function tlsFilesOf({ ca, cert, key, passphrase, serverName }: DestinationTls): TlsClientFiles {
  const own = key === undefined || cert === undefined ? undefined : {
    key, cert, ...(passphrase === undefined ? {} : { readPassphrase: () => readSecret(passphrase) }),
  };
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(own === undefined ? {} : { own }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}
