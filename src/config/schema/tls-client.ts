// `tls` of what we connect to: whom we trust, and what we show where we are asked.

import * as v from 'valibot';
import { strictObject } from './strict-object.ts';
import { file, key, nonEmptyText, secret } from './values.ts';

export const tlsClient = strictObject({
  ca: v.optional(key(
    file, 'The file of the certificates (PEM) of those who sign the destination\'s certificate. Left out: those that '
    + 'Node.js trusts.', '/etc/dts/tls/pacs-ca.pem',
  )),
  cert: v.optional(key(
    file, 'The file of our certificate (PEM), the intermediate ones that lead to its root behind it, for a destination '
    + 'that wants one.', '/etc/dts/tls/cert.pem',
  )),
  key: v.optional(key(
    file, 'The file of the private key (PEM) of `cert`, readable by the station\'s user and by no other.',
    '/etc/dts/tls/key.pem',
  )),
  passphrase: v.optional(key(
    secret, 'The passphrase of the private key, where it is encrypted.', { file: '/etc/dts/tls/passphrase' },
  )),
  serverName: v.optional(key(
    nonEmptyText, 'The name that the destination\'s certificate is made out to, where that is another than the one '
    + 'that it is called by.', 'pacs.hospital.example',
  )),
});
