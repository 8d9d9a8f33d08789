// How a DICOMweb server is called: where it is, whom to trust, what to show.

import type { DicomwebDestination, WebAuth } from '../../config/destination.ts';
import { readSecret } from '../../config/secret.ts';
import { WEB_TIMEOUTS, type WebPeer } from '../../network/web/web-peer.ts';
import { tlsFilesOf } from './tls-files.ts';

export function webPeerOf({ url, auth, tls }: DicomwebDestination): WebPeer {
  return {
    url,
    timeouts: WEB_TIMEOUTS,
    ...(tls === undefined ? {} : { tls: tlsFilesOf(tls) }),
    ...(auth === undefined ? {} : { readAuthorization: () => readAuthorization(auth) }),
  };
}

/** RFC 7617 and RFC 6750. */
async function readAuthorization(auth: WebAuth): ReturnType<NonNullable<WebPeer['readAuthorization']>> {
  const secret = await readSecret('token' in auth ? auth.token : auth.password);
  if ('fault' in secret) return secret;
  if (!('token' in auth)) {
    return { text: `Basic ${Buffer.from(`${auth.username}:${secret.text}`, 'utf8').toString('base64')}` };
  }
  const isSendable = /^[\x21-\x7e]+$/.test(secret.text);
  return isSendable ? { text: `Bearer ${secret.text}` } : { fault: 'auth.token is empty, or no header can carry it' };
}
