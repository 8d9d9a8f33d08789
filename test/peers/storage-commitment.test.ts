// Storage commitment through the real commands: with Orthanc, which reports on an association that it opens to the
// receiver, and with peers that report as no real one does on demand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryCommitment } from '../../src/job/commitment.ts';
import { listDirectory, findJson } from '../../src/spool/read.ts';
import { freePort, requirePeer, startOrthanc, type Orthanc } from '../rig/peers.ts';
import type { TestStation } from '../rig/station.ts';
import { forward, jobStates, listDeliveries, makeRelay, show } from './relay-station.ts';
import { runJobs, until } from './ticks.ts';

/** Tells Orthanc where the station takes reports. */
async function introduce(orthanc: Orthanc, { port }: TestStation): Promise<void> {
  const body = JSON.stringify({ AET: 'DTS', Host: '127.0.0.1', Port: port });
  const answer = await fetch(`${orthanc.url}/modalities/dts`, { method: 'PUT', body });
  assert.ok(answer.ok, `${answer.status}`);
}

function toOrthanc({ AETitle, port }: Orthanc, storageCommitment: unknown): Readonly<Record<string, unknown>> {
  return { AETitle, PORT: port, storageCommitment };
}

async function states(station: TestStation): Promise<string[]> {
  return (await listDeliveries(station)).map(({ state }) => state);
}

async function commitmentOf(station: TestStation): Promise<DeliveryCommitment | undefined> {
  const [delivery] = await listDeliveries(station);
  if (delivery === undefined) return undefined;
  return findJson(station.layout.deliveryFolder(delivery.state, delivery.DeliveryId).transaction);
}

test('Orthanc stores a study, commits itself to it on an association of its own, and the delivery is done', async (t) => {
  if (!requirePeer(t, 'Orthanc', 'storescu')) return;
  const orthanc = await startOrthanc(t);
  const { station } = await makeRelay(t, [toOrthanc(orthanc, true)], 3);
  await introduce(orthanc, station);
  assert.equal(await forward(station), 0);
  await until('report', async () => {
    await forward(station);
    return (await states(station))[0] === 'done';
  });
  assert.deepEqual((await commitmentOf(station))?.transactions, []);
  assert.equal((await commitmentOf(station))?.committed.length, 3);
  assert.deepEqual(await listDirectory(station.layout.commitmentReports), []);
  await runJobs(station);
  assert.deepEqual(await jobStates(station), ['done']);
  const { stdout } = await station.dts(['log', '-v']);
  assert.match(stdout, /3 instances stored at ORTHANC in \d+ s; it is asked to commit itself/);
  assert.match(stdout, /ORTHANC \(127\.0\.0\.1\) to DTS reports 3 instances committed and 0 not/);
  assert.match(stdout, /3 instances stored at ORTHANC in \d+ s, and committed/);
});

test('what Orthanc has lost since it was stored is sent again, and committed then', async (t) => {
  if (!requirePeer(t, 'Orthanc', 'storescu')) return;
  const orthanc = await startOrthanc(t);
  const nobody = await freePort();
  const { station } = await makeRelay(t, [toOrthanc(orthanc, { PORT: nobody })], 2);
  await introduce(orthanc, station);
  assert.equal(await forward(station), 75);
  assert.deepEqual(await states(station), ['confirming']);
  assert.equal((await show(station)).clock?.last.reason, 'peer-unreachable');
  const [lost = ''] = await orthanc.readJson('/instances') as string[];
  assert.ok((await fetch(`${orthanc.url}/instances/${lost}`, { method: 'DELETE' })).ok);

  await station.configure({ config: { Streams: [{
    name: 'Relay', trigger: { AETitleCalled: '^AICORE1$' },
    destination: [{ AETitle: 'PACS', IP: '127.0.0.1', ...toOrthanc(orthanc, true), retry: { firstSeconds: 1 } }],
  }] } });
  const [{ DeliveryId } = { DeliveryId: '' }] = await listDeliveries(station);
  await station.dts(['forward', DeliveryId]);
  await until('report', async () => {
    await forward(station);
    return (await states(station))[0] === 'done';
  });
  assert.equal((await orthanc.readJson('/instances') as string[]).length, 2);
  const { stdout } = await station.dts(['log', '-v']);
  assert.match(stdout, /not committed by ORTHANC: \S+ is not committed: 0x0112 \(no such object instance\), .*; sent again/);
});

test('a report that comes while the receiver is away is given by Orthanc to nobody, and asked for again', async (t) => {
  if (!requirePeer(t, 'Orthanc', 'storescu')) return;
  const orthanc = await startOrthanc(t);
  const { station } = await makeRelay(t, [toOrthanc(orthanc, { reportWithinSeconds: 1, attempts: 50, waitSeconds: 0 })]);
  await introduce(orthanc, station);
  const receiver = await findJson<{ pid: number }>(station.layout.receiverState);
  assert.ok(receiver !== undefined);
  process.kill(receiver.pid, 'SIGKILL');
  assert.equal(await forward(station), 0);
  assert.deepEqual(await states(station), ['confirming']);
  await station.startReceiver(t).then(({ pid }) => assert.notEqual(pid, receiver.pid));
  await until('report', async () => {
    await forward(station);
    return (await states(station))[0] === 'done';
  });
});
