// Which TLS is spoken: that of BCP 195 (RFC 8996, RFC 9325), which PS3.15 section B.12 asks for. Said outright and not
// left to Node.js, whose defaults can be weakened from outside (NODE_OPTIONS).

import type { SecureContextOptions } from 'node:tls';

/** With forward secrecy and authenticated encryption only; those of TLS 1.3 first. */
const CIPHER_SUITES = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
];

/** OpenSSL then refuses RSA keys below 2048 bits and SHA-1 in certificates, of either side (RFC 9325 section 4.5). */
const SECURITY_LEVEL = '@SECLEVEL=2';

export const TLS_POLICY: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [...CIPHER_SUITES, SECURITY_LEVEL].join(':'),
  honorCipherOrder: true,
};
