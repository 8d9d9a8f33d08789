// Destinations that were gone: for three hours, by the station's clock, and for a moment, by the cable.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import type { Clock } from '../../src/job/job.ts';
import { findDeliveryState } from '../../src/spool/delivery-store.ts';
import { makeInstances } from '../network/instances.ts';
import { makeDueDeliveries } from '../rig/due-delivery.ts';
import { SHIFTED_CLOCK } from '../rig/hosts.ts';
import { freePort, requirePeer, startProgram, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { openDoor, SOPInstanceUIDsOf } from './relay-station.ts';
import { readJson, until } from './ticks.ts';

const STUDY = '1.2.826.0.1.3680043.10.2';

function relayTo(t: TestContext, destinations: Readonly<Record<string, unknown>>[]): Promise<TestStation> {
  const destination = destinations.map((one) => ({ IP: '127.0.0.1', AETitle: 'PACS', ...one }));
  return makeStation(t, { config: { Streams: [{ name: 'Relay', trigger: {}, destination }] } });
}

test('a destination that is back after three hours was asked when it was due and got nothing before, and gets all then', async (t) => {
  const port = await freePort();
  const retry = { firstSeconds: 600, multiplier: 3, maxSeconds: 3600, giveUpAfterSeconds: 86_400 };
  const station = await relayTo(t, [{ name: 'PACS', PORT: port, retry }]);
  const instances = await makeInstances(await temporaryFolder(t), 3);
  const [delivery] = await makeDueDeliveries(station, ['PACS'], instances, STUDY);
  const forwardAfter = async (seconds: number): Promise<number | null> => {
    const env = { NODE_OPTIONS: `--import=${SHIFTED_CLOCK}`, DTS_TEST_CLOCK_SECONDS: String(seconds) };
    return (await station.dts(['forward'], { env })).status;
  };
  const clock = async (): Promise<Clock | undefined> => {
    return (await readJson<{ clock?: Clock }[]>(station, ['deliveries', 'show', delivery?.DeliveryId ?? '']))[0]?.clock;
  };

  const tries: [afterSeconds: number, status: number, failedTries: number, waitSeconds: number][] = [
    [0, 75, 1, 600], [500, 0, 1, 600], [700, 75, 2, 1800], [2400, 0, 2, 1800], [2700, 75, 3, 3600], [6000, 0, 3, 3600],
    [6500, 75, 4, 3600],
  ];
  for (const [afterSeconds, status, failedTries, waitSeconds] of tries) {
    assert.equal(await forwardAfter(afterSeconds), status, `after ${afterSeconds} s`);
    const { failedTries: tried, waitSeconds: waits } = await clock() ?? {};
    assert.deepEqual([tried, waits], [failedTries, waitSeconds], `after ${afterSeconds} s`);
  }
  const pacs = await startScriptedScp(t);
  await openDoor(t, port, pacs.port);
  assert.equal(await forwardAfter(10_000), 0);
  assert.equal(pacs.associations.length, 0, 'it is not due yet');
  assert.equal(await forwardAfter(3 * 3600), 0);
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages), instances.map(({ SOPInstanceUID }) => SOPInstanceUID));
  assert.equal(await findDeliveryState(station.layout, delivery?.DeliveryId ?? ''), 'done');
});

/** A namespace with a storescp in it, at the end of a cable of its own; undefined, with the test skipped, where there can be none. */
async function startAtCable(t: TestContext, count: number) {
  const [name, ours, theirs] = [`dts${process.pid}`, `dts${process.pid}a`, `dts${process.pid}b`];
  const ip = (...words: string[]): string | undefined => {
    const { status, stderr, error } = spawnSync('ip', words, { encoding: 'utf8' });
    return status === 0 ? undefined : `ip ${words.join(' ')}: ${error?.message ?? stderr.trim()}`;
  };
  t.after(() => {
    ip('link', 'del', ours);
    ip('netns', 'del', name);
  });
  const subnet = `10.213.${process.pid % 250}`;
  const failed = ip('netns', 'add', name)
    ?? ip('link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', name)
    ?? ip('addr', 'add', `${subnet}.1/30`, 'dev', ours) ?? ip('link', 'set', ours, 'up')
    ?? ip('-n', name, 'addr', 'add', `${subnet}.2/30`, 'dev', theirs) ?? ip('-n', name, 'link', 'set', theirs, 'up');
  if (failed !== undefined) {
    t.skip(failed);
    return undefined;
  }
  const folder = await temporaryFolder(t);
  const words = ['netns', 'exec', name, 'storescp', '-v', '--output-directory', folder, '11112'];
  const storescp = startProgram('ip', words);
  t.after(storescp.stop);
  await until('storescp behind the cable', () => {
    return spawnSync('echoscu', [`${subnet}.2`, '11112']).status === 0;
  });
  return {
    IP: `${subnet}.2`, PORT: 11112,
    pull: () => assert.equal(ip('-n', name, 'link', 'set', theirs, 'down'), undefined),
    plugIn: () => assert.equal(ip('-n', name, 'link', 'set', theirs, 'up'), undefined),
    received: async () => (await readdir(folder)).length,
    requests: () => storescp.output().match(/Received Store Request/g)?.length ?? 0,
    count,
  };
}

test('a cable that is pulled for a moment in the middle costs nothing but that time, and others get theirs meanwhile', async (t) => {
  if (!requirePeer(t, 'ip', 'storescp', 'echoscu')) return;
  const far = await startAtCable(t, 400);
  if (far === undefined) return;
  const near = await startScriptedScp(t);
  const station = await relayTo(t, [
    { name: 'FAR', IP: far.IP, PORT: far.PORT }, { name: 'NEAR', AETitle: 'NEAR', PORT: near.port },
  ]);
  const instances = await makeInstances(await temporaryFolder(t), far.count, 400_000);
  const [toFar, toNear] = await makeDueDeliveries(station, ['FAR', 'NEAR'], instances, STUDY);
  const sending = station.start(t, ['forward']);
  await until('some instances', async () => await far.received() >= 10);
  far.pull();
  await until('the other delivery', async () => {
    return await findDeliveryState(station.layout, toNear?.DeliveryId ?? '') === 'done';
  });
  assert.equal(sending.exitCode, null, 'it waits for the cable');
  assert.ok(await far.received() < far.count);
  far.plugIn();
  assert.deepEqual(await once(sending, 'close'), [0, null]);
  assert.equal(await findDeliveryState(station.layout, toFar?.DeliveryId ?? ''), 'done');
  assert.deepEqual([await far.received(), far.requests()], [far.count, far.count]);
});
