// Orthanc as a DICOMweb server: with users, and with TLS and certificates of who calls.
//
// TLS ends in front of it, as its makers advise: its own crashes in Debian 12, whose civetweb and OpenSSL do not fit.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import type { Authority, KeyPair } from './certificates.ts';
import { requirePeer, startOrthanc, type ListeningPeer } from './peers.ts';

const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

export interface WebOrthancOptions {
  readonly user?: { readonly username: string; readonly password: string };
  /** Whose certificates it wants, and what it shows. */
  readonly tls?: { readonly authority: Authority; readonly own: KeyPair };
}

export interface WebOrthanc extends ListeningPeer {
  /** Of its DICOMweb service. */
  readonly url: string;
  /** What its REST interface answers at a path. */
  read(path: string): Promise<Buffer>;
  /** SOPInstanceUID and file of each instance that it has. */
  instances(): Promise<ReadonlyMap<string, Buffer>>;
}

/** Skips the test where Orthanc or its plugin is absent; with DTS_REQUIRE_PEERS=1 throws instead. */
export function requireWebOrthanc(t: Pick<TestContext, 'skip'>): boolean {
  if (!requirePeer(t, 'Orthanc', 'openssl')) return false;
  if (existsSync(PLUGIN)) return true;
  const reason = 'not installed: orthanc-dicomweb';
  if (process.env['DTS_REQUIRE_PEERS'] === '1') throw new Error(`${reason} (DTS_REQUIRE_PEERS=1)`);
  t.skip(reason);
  return false;
}

export async function startWebOrthanc(
  t: Pick<TestContext, 'after'>, { user, tls }: WebOrthancOptions = {},
): Promise<WebOrthanc> {
  const orthanc = await startOrthanc(t, { configuration: {
    Plugins: [PLUGIN],
    DicomWeb: { Enable: true, Root: '/dicom-web/' },
    ...(user === undefined ? {} : {
      AuthenticationEnabled: true, RegisteredUsers: { [user.username]: user.password },
    }),
  } });
  const plainPort = Number(new URL(orthanc.url).port);
  const root = tls === undefined ? orthanc.url : `https://127.0.0.1:${await openTlsDoor(t, plainPort, tls)}`;
  const headers = user === undefined ? {}
    : { authorization: `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}` };
  const read = async (path: string): Promise<Buffer> => {
    const answer = await fetch(orthanc.url + path, { headers });
    assert.ok(answer.ok, `${path} answered ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  return {
    port: orthanc.port, output: orthanc.output, stop: orthanc.stop,
    url: `${root}/dicom-web`,
    read,
    async instances() {
      const listed = JSON.parse((await read('/instances?expand')).toString()) as {
        ID: string; MainDicomTags: { SOPInstanceUID: string };
      }[];
      const files = new Map<string, Buffer>();
      for (const { ID, MainDicomTags } of listed) {
        files.set(MainDicomTags.SOPInstanceUID, await read(`/instances/${ID}/file`));
      }
      return files;
    },
  };
}

/** A port that leads to another for who speaks TLS and shows a certificate of the authority. */
async function openTlsDoor(
  t: Pick<TestContext, 'after'>, to: number, { authority, own }: NonNullable<WebOrthancOptions['tls']>,
): Promise<number> {
  const open = new Set<Socket>();
  const server = createTlsServer({
    key: await readFile(own.key), cert: await readFile(own.cert), ca: await readFile(authority.cert),
    requestCert: true, rejectUnauthorized: true,
  }, (outside) => {
    const inside = connect(to, '127.0.0.1');
    for (const socket of [outside, inside]) {
      open.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => {
        open.delete(socket);
        for (const other of [outside, inside]) other.destroy();
      });
    }
    outside.pipe(inside).pipe(outside);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
