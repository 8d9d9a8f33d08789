// DICOMweb destinations of the real command: Orthanc with TLS, users and client certificates, kills in between, and
// what an administrator sees when something is wrong.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Authority } from '../rig/certificates.ts';
import { requireWebOrthanc, startWebOrthanc, type WebOrthanc } from '../rig/orthanc-web.ts';
import { freePort, requirePeer, startStorescp, temporaryFolder } from '../rig/peers.ts';
import { filesBelow } from '../rig/receiver.ts';
import { startTcpServer } from '../rig/scripted-scp.ts';
import type { TestStation } from '../rig/station.ts';
import { startWebServer, storedAnswer } from '../rig/web-server.ts';
import {
  forward, forwardUntilDone, jobStates, listDeliveries, makeRelay, openDoor, show,
} from './relay-station.ts';

const LOCALHOST = { extensions: ['subjectAltName=DNS:localhost,IP:127.0.0.1'] };
const USER = { username: 'dts', password: 'hunter2 æ' };

/** A server that wants a user and a certificate, and a destination that shows both. */
async function secureOrthanc(t: TestContext) {
  const authority = await Authority.make(t);
  const [own, ours] = await Promise.all([authority.issue('pacs', LOCALHOST), authority.issue('station')]);
  const folder = await temporaryFolder(t);
  const password = join(folder, 'password');
  await writeFile(password, `${USER.password}\n`);
  const orthanc = await startWebOrthanc(t, { user: USER, tls: { authority, own } });
  const destination = {
    type: 'dicomweb', name: 'WEB', url: orthanc.url, auth: { username: USER.username, password: { file: password } },
    tls: { ca: authority.cert, ...ours },
  };
  return { authority, orthanc, destination, password };
}

/** What the station received, by SOPInstanceUID. */
async function archived({ layout }: TestStation): Promise<Map<string, Buffer>> {
  const files = await filesBelow(layout.archive);
  return new Map(await Promise.all(files.map(async (file): Promise<[string, Buffer]> => {
    return [/([^/]+)\.dcm$/.exec(file)?.[1] ?? '', await readFile(join(layout.archive, file))];
  })));
}

/** The server has what was received, to the byte, and nothing else. */
async function assertAllThere(station: TestStation, orthanc: WebOrthanc): Promise<void> {
  const [sent, stored] = [await archived(station), await orthanc.instances()];
  assert.deepEqual([...stored.keys()].sort(), [...sent.keys()].sort());
  for (const [UID, bytes] of sent) assert.ok(stored.get(UID)?.equals(bytes), UID);
}

test('500 instances reach a server with TLS, user and certificate to the byte, whatever is killed on the way', async (t) => {
  if (!requireWebOrthanc(t) || !requirePeer(t, 'storescu')) return;
  const { orthanc, destination } = await secureOrthanc(t);
  let passed = 0;
  let killAt = 0;
  let sender: ChildProcess | undefined;
  const door = await startTcpServer(t, (outside) => {
    const inside = connect(Number(new URL(orthanc.url).port), '127.0.0.1');
    inside.on('error', () => outside.destroy());
    outside.on('data', (piece: Buffer) => {
      passed += piece.length;
      if (passed > killAt) sender?.kill('SIGKILL');
    });
    outside.pipe(inside).pipe(outside);
  });
  const url = `https://127.0.0.1:${door.port}/dicom-web`;
  const { station } = await makeRelay(t, [{ ...destination, url, batchInstances: 20 }], 500);
  for (killAt of [60_000, 200_000, 400_000]) {
    sender = station.start(t, ['forward']);
    const [, signal] = await once(sender, 'close');
    assert.equal(signal, 'SIGKILL');
  }
  const before = (await orthanc.instances()).size;
  assert.ok(before > 100 && before < 500, `${before}`);
  killAt = Infinity;
  await forwardUntilDone(station);
  await assertAllThere(station, orthanc);
  assert.deepEqual(await jobStates(station), ['done']);
  const again = [60_000, 200_000, 400_000].length * 20; // a request a kill
  const total = 500 * 1500;
  assert.ok(passed < total + again * 1500 * 2, `${passed} bytes`);
});

test('dts echo and dts check ask the server as deliveries will, and say what is wrong', async (t) => {
  if (!requireWebOrthanc(t) || !requirePeer(t, 'storescu')) return;
  const { authority, orthanc, destination, password } = await secureOrthanc(t);
  const stranger = await Authority.make(t, 'Stranger');
  const { station } = await makeRelay(t, [
    destination,
    { ...destination, name: 'STRANGE', tls: { ...destination.tls, ca: stranger.cert } },
    { ...destination, name: 'NAKED', tls: { ca: authority.cert } },
    { ...destination, name: 'LOST', url: `${orthanc.url}-no-more` },
    { ...destination, name: 'CLOSED', url: `https://127.0.0.1:${await freePort()}/dicom-web` },
  ]);
  const asked = async (name: string) => station.dts(['echo', name]);
  const good = await asked('WEB');
  assert.deepEqual([good.status, good.stderr], [0, '']);
  assert.match(good.stdout, /^WEB: https:.*\/dicom-web answered 200 \(OK\) in \d+ ms\n$/);
  for (const [name, status, text] of [
    ['STRANGE', 75, /not signed by one of those that are trusted/], ['NAKED', 75, /certificate of ours|closed the connection/],
    ['LOST', 75, /answered 404 \(Not Found\); look whether url is right/], ['CLOSED', 75, /refuses the connection/],
  ] as const) {
    const bad = await asked(name);
    assert.deepEqual([bad.status, bad.stdout], [status, '']);
    assert.match(bad.stderr, text);
  }
  await writeFile(password, 'wrong\n');
  const refused = await asked('WEB');
  assert.equal(refused.status, 76);
  assert.match(refused.stderr, /answered 401 \(Unauthorized\); look at auth and tls/);
  const { stdout } = await station.dts(['check']);
  assert.match(stdout, /warning +destination WEB: .* does not let us in/);
  assert.match(stdout, /warning +destination STRANGE: .*into ca/);
  assert.equal(/hunter2|wrong/.test(refused.stderr + stdout), false);
});

test('a password that is refused holds deliveries until a person has looked; nothing of it stands anywhere', async (t) => {
  if (!requireWebOrthanc(t) || !requirePeer(t, 'storescu')) return;
  const { orthanc, destination, password } = await secureOrthanc(t);
  await writeFile(password, 'wrong-secret\n');
  const { station } = await makeRelay(t, [destination], 3);
  const held = await station.dts(['forward']);
  assert.match(held.stderr, /answered 401 \(Unauthorized\).* held until somebody looks/);
  assert.equal((await show(station)).state, 'held');
  const looked = await station.dts(['status']);
  assert.equal(looked.status, 65);
  assert.match(looked.stdout, /held +\S+: https:.* does not let us in/);
  assert.equal((await station.dts(['forward'])).stderr, ''); // nothing is due
  await writeFile(password, `${USER.password}\n`);
  const [delivery] = await listDeliveries(station);
  assert.equal((await station.dts(['deliveries', 'release', delivery?.DeliveryId ?? ''])).status, 0);
  assert.equal(await forward(station), 0);
  await assertAllThere(station, orthanc);
  for (const file of await filesBelow(station.layout.datadir)) {
    const text = await readFile(join(station.layout.datadir, file), 'latin1');
    assert.equal(/wrong-secret|hunter2/.test(text), false, file);
  }
  const { stdout } = await station.dts(['config', 'show']);
  assert.equal(/hunter2/.test(stdout), false);
});

test('a token is read anew for each try', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const token = join(await temporaryFolder(t), 'token');
  await writeFile(token, 'old\n');
  const server = await startWebServer(t, { answer: ({ headers, parts }) => {
    if (headers.authorization === 'Bearer new') return storedAnswer(parts.map(({ SOPInstanceUID }) => SOPInstanceUID));
    return { status: 503, headers: { 'retry-after': '1' } };
  } });
  const { station } = await makeRelay(t, [{ type: 'dicomweb', name: 'WEB', url: server.url, auth: { token: { file: token } } }]);
  const busy = await station.dts(['forward']);
  assert.equal(busy.status, 75);
  assert.match(busy.stderr, /answered 503 \(Service Unavailable\), and asks to be left alone for 1 s/);
  await writeFile(`${token}.new`, 'new\n');
  await rename(`${token}.new`, token);
  await forwardUntilDone(station);
  assert.deepEqual(server.asked.map(({ headers }) => headers.authorization).slice(0, 1), ['Bearer old']);
});

test('a server that asks to be left alone is, for no longer than the longest wait', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const server = await startWebServer(t, { answer: () => ({ status: 429, headers: { 'retry-after': '86400' } }) });
  const { station } = await makeRelay(t, [{ type: 'dicomweb', name: 'WEB', url: server.url, retry: { maxSeconds: 600 } }]);
  assert.equal(await forward(station), 75);
  assert.equal((await show(station)).clock?.waitSeconds, 600);
});

test('each instance fails or goes on by what the server says of it', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const refused = new Set<string>();
  const server = await startWebServer(t, { answer: ({ parts }) => {
    const UIDs = parts.map(({ SOPInstanceUID }) => SOPInstanceUID);
    if (refused.size === 0) refused.add(UIDs[0]!);
    const failed = Object.fromEntries(UIDs.filter((UID) => refused.has(UID)).map((UID) => [UID, 0xa900]));
    return storedAnswer(UIDs.filter((UID) => !refused.has(UID)), { status: 202, failed });
  } });
  const { station } = await makeRelay(t, [{ type: 'dicomweb', name: 'WEB', url: server.url, studyInURL: true }], 4);
  assert.equal(await forward(station), 76);
  const { state, failures } = await show(station);
  assert.deepEqual([state, failures], ['failed', [{ reason: 'instance-refused', SOPInstanceUID: [...refused][0], status: 0xa900 }]]);
  const [{ StudyInstanceUID } = { StudyInstanceUID: '' }] = await listDeliveries(station);
  assert.ok(server.asked.every(({ path }) => path === `/dicom-web/studies/${StudyInstanceUID}`));
  assert.equal(server.batches().flat().length, 4);
});

test('Ctrl-C while a server lets us wait leaves the delivery as it was', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  let sender: ChildProcess | undefined;
  const server = await startWebServer(t, { answer: (_asked, index) => {
    if (index > 0) return undefined;
    sender?.kill('SIGINT');
    return 'hang';
  } });
  const { station } = await makeRelay(t, [{ type: 'dicomweb', name: 'WEB', url: server.url }]);
  sender = station.start(t, ['forward']);
  const [status] = await once(sender, 'close');
  assert.equal(status, 130);
  const { state, clock } = await show(station);
  assert.deepEqual([state, clock], ['pending', undefined]);
  assert.equal(await forward(station), 0);
  assert.deepEqual(await jobStates(station), ['done']);
});

test('files go to a DICOMweb server by hand', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const server = await startWebServer(t);
  const { station, study } = await makeRelay(t, [{ type: 'dicomweb', name: 'WEB', url: server.url }]);
  const { status, stdout, stderr } = await station.dts(['forward', study.folder, '--to', 'WEB', '--verbose']);
  assert.deepEqual([status, stdout], [0, ''], stderr);
  assert.equal(server.batches().flat().length, study.files.length);
});

test('results go to a PACS over TLS, and one whose certificate has expired is told of and waited for', async (t) => {
  if (!requirePeer(t, 'storescu', 'storescp', 'openssl')) return;
  const authority = await Authority.make(t);
  const [own, expired, ours] = await Promise.all([
    authority.issue('pacs', LOCALHOST), authority.issue('pacs', { ...LOCALHOST, fromDays: -9, toDays: -1 }),
    authority.issue('station'),
  ]);
  const start = (inner: Pick<TestContext, 'after'>, pair: typeof own) => startStorescp(inner, {
    args: ['+tls', pair.key, pair.cert, '+cf', authority.cert, '--require-peer-cert'],
  });
  const port = await freePort();
  const { station } = await makeRelay(t, [{ name: 'PACS', PORT: port, tls: { ca: authority.cert, ...ours } }]);
  await t.test('expired', async (inner) => {
    await openDoor(inner as TestContext, port, (await start(inner as TestContext, expired)).port);
    const { status, stderr } = await station.dts(['forward']);
    assert.equal(status, 75);
    assert.match(stderr, /shows a certificate that has expired; have it renewed there; it is tried again after/);
    assert.match((await station.dts(['check'])).stdout, /warning +destination PACS: .*has expired/);
  });
  const pacs = await start(t, own);
  await openDoor(t, port, pacs.port);
  await forwardUntilDone(station);
  assert.equal((await filesBelow(pacs.directory)).length, 2);
  assert.match((await station.dts(['echo', 'PACS'])).stdout, /answered in \d+ ms over TLS/);
});
