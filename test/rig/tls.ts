// A receiver's credentials and those of its senders, and senders that use them: DCMTK's and one made of bytes.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import type { ReceiverTls } from '../../src/config/configuration.ts';
import { Authority, type KeyPair } from './certificates.ts';
import { RawScu } from './raw-scu.ts';

export interface TestTls {
  readonly authority: Authority;
  readonly sender: KeyPair;
  /** What the receiver is configured to: its own credentials, and a client certificate of the authority required. */
  readonly receiver: Omit<ReceiverTls, 'port'> & { readonly ca: string };
}

/** Everybody's credentials are of one authority. */
export async function makeTls(t: Pick<TestContext, 'after'>): Promise<TestTls> {
  const authority = await Authority.make(t);
  const [own, sender] = await Promise.all([authority.issue('receiver'), authority.issue('sender')]);
  return { authority, sender, receiver: { ...own, ca: authority.cert, requireClientCertificate: true } };
}

/** Options of DCMTK's senders. */
export function dcmtkTls({ key, cert }: KeyPair, authority: KeyPair): string[] {
  return ['+tls', key, cert, '+cf', authority.cert];
}

/** A sender made of bytes, over TLS; rejects where the receiver refuses it at once. */
export async function connectTls(
  port: number, { sender, authority }: TestTls, options: ConnectionOptions = {},
): Promise<RawScu> {
  const [key, cert, ca] = await Promise.all([sender.key, sender.cert, authority.cert].map((file) => readFile(file)));
  const socket = connect({ port, host: '127.0.0.1', key, cert, ca, checkServerIdentity: () => undefined, ...options });
  await once(socket, 'secureConnect');
  return new RawScu(socket);
}
