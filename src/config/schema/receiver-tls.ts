// `tls` of a receiver or a site: its port for DICOM over TLS, whom it shows itself as, and whom it lets in.

import * as v from 'valibot';
import { strictObject } from './strict-object.ts';
import { file, key, port, secret, yesOrNo } from './values.ts';

/** Registered for DICOM over TLS (PS3.15 annex B). */
export const DICOM_TLS_PORT = 2762;

export const tls = strictObject({
  port: v.optional(key(port, 'The TCP port for TLS, another than that for plain DICOM.'), DICOM_TLS_PORT),
  key: key(file, 'The file of the private key (PEM), readable by the station\'s user and by no other.',
    '/etc/dts/tls/key.pem'),
  passphrase: v.optional(key(secret, 'The passphrase of the private key, where it is encrypted.',
    { file: '/etc/dts/tls/passphrase' })),
  cert: key(file, 'The file of our certificate (PEM), the intermediate ones that lead to its root behind it.',
    '/etc/dts/tls/cert.pem'),
  ca: v.optional(key(file, 'The file of the certificates (PEM) of those who sign the senders\' certificates.',
    '/etc/dts/tls/ca.pem')),
  requireClientCertificate: v.optional(key(
    yesOrNo, 'Whether a sender must show a certificate that one of `ca` has signed. Without it, anybody may send who '
    + 'trusts our certificate.',
  ), true),
});
