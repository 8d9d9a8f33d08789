// A station that relays, up to where it has to send, and what the tests of its destinations ask and do.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { Delivery } from '../../src/job/delivery.ts';
import type { DeliveryState } from '../../src/job/delivery-state.ts';
import type { Failure } from '../../src/job/failure.ts';
import type { Clock } from '../../src/job/job.ts';
import { temporaryFolder } from '../rig/peers.ts';
import type { ReceivedMessage } from '../rig/scripted-scp.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { writeSmallStudy, type SmallStudy } from './small-study.ts';
import { listJobs, readJson, runJobs, scan, sendTo, until } from './ticks.ts';

type ListedDelivery = Delivery & { readonly state: DeliveryState };

interface ShownDelivery {
  readonly state: DeliveryState;
  readonly clock?: Clock;
  readonly failures: readonly Failure[];
}

/** A station that relays a study of `instances` to destinations, up to where they have to be sent to. */
export async function makeRelay(
  t: TestContext, destinations: readonly Readonly<Record<string, unknown>>[], instances = 2,
): Promise<{ readonly station: TestStation; readonly study: SmallStudy }> {
  const station = await makeStation(t, {
    config: { Streams: [{
      name: 'Relay', trigger: { AETitleCalled: '^AICORE1$' },
      destination: destinations.map((destination) => ({
        ...('type' in destination ? {} : { AETitle: 'PACS', IP: '127.0.0.1' }),
        retry: { firstSeconds: 1, multiplier: 2, maxSeconds: 60 }, ...destination,
      })),
    }] },
  });
  await station.startReceiver(t);
  const study = await writeSmallStudy(await temporaryFolder(t), { instances });
  await sendTo(station, [study.folder]);
  await scan(station);
  await runJobs(station);
  return { station, study };
}

export function listDeliveries(station: TestStation): Promise<ListedDelivery[]> {
  return readJson<ListedDelivery[]>(station, ['deliveries', 'list']);
}

/** The only delivery. */
export async function show(station: TestStation): Promise<ShownDelivery> {
  const [delivery] = await listDeliveries(station);
  const [shown] = await readJson<ShownDelivery[]>(station, ['deliveries', 'show', delivery?.DeliveryId ?? '']);
  if (shown === undefined) throw new Error('there is no delivery to show');
  return shown;
}

export async function forward(station: TestStation): Promise<number | null> {
  const { status, stdout } = await station.dts(['forward']);
  assert.equal(stdout, '');
  return status;
}

export async function forwardUntilDone(station: TestStation): Promise<void> {
  await until('delivery', async () => {
    await forward(station);
    return (await listDeliveries(station)).every(({ state }) => state === 'done');
  });
}

export async function jobStates(station: TestStation): Promise<string[]> {
  return (await listJobs(station)).map(({ state }) => state);
}

/** Of all C-STORE; a C-ECHO has none. */
export function SOPInstanceUIDsOf(messages: readonly ReceivedMessage[]): string[] {
  return messages.flatMap(({ command }) => command.AffectedSOPInstanceUID ?? []);
}

/** A port that leads to another from now on. */
export async function openDoor(t: TestContext, port: number, to: number): Promise<void> {
  const sockets: Socket[] = [];
  const server = createServer((outside) => {
    const inside = connect(to, '127.0.0.1');
    sockets.push(outside, inside);
    for (const socket of [outside, inside]) socket.on('error', () => socket.destroy());
    outside.pipe(inside).pipe(outside);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
}
