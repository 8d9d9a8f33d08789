// forward, killed at each step: while it sends two deliveries to one destination, where every step comes in its order;
// and while it sends to two side by side, of which one drops every connection at its second instance until mended.

import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { listDeliveryIds } from '../../src/spool/delivery-store.ts';
import { makeCrashStation, type CrashStation } from './crash-station.ts';
import { killAtEachStep } from './kill-at-each-step.ts';
import { receiveAll } from './send-studies.ts';
import type { SentInstance } from './studies.ts';

/** Command and dataset of the first instance, command and dataset of the second. */
const PIECES_UNTIL_SECOND = 4;

test('each instance reaches the destination once, wherever forward is killed', async (t) => {
  const crash = await makeCrashStation(t, { streams: ['Core', 'RelayToPacs'] });
  const acknowledged = await makeDue(t, crash, 2);
  await killAtEachStep(crash, {
    command: 'forward',
    leastSteps: 13, // six answers, and for each of two deliveries the move of it and of its job
    acknowledged,
    isInOrder: true,
    inFlight: 1,
    run: (env) => crash.station.dts(['forward'], { env }),
  });
});

test('a destination that fails holds up no other, wherever forward is killed', async (t) => {
  const archive = new FailingArchive();
  const crash = await makeCrashStation(t, {
    streams: ['Core', 'Relay'],
    scripts: { ARCHIVE: { seen: (_bytes, socket) => { archive.see(socket); } } },
  });
  const acknowledged = await makeDue(t, crash, 3);
  await killAtEachStep(crash, {
    command: 'forward',
    title: 'forward, with a destination that fails',
    leastSteps: 13,
    acknowledged,
    isInOrder: false,
    inFlight: 1,
    deathsOfDestination: () => archive.deaths,
    run(env) {
      archive.fail();
      return crash.station.dts(['forward'], { env });
    },
    async whenDead() {
      await crash.tick('forward');
      const waiting = (await listDeliveryIds(crash.station.layout, 'pending')).filter((id) => id.includes('-PACS-'));
      assert.ok(archive.deaths > 0, 'the archive has failed');
      archive.mend();
      return waiting.map((DeliveryId) => `${DeliveryId} waits for the other destination`);
    },
  });
});

/** Brings a study so far that its deliveries are due. @returns its instances */
async function makeDue(t: TestContext, crash: CrashStation, deliveries: number): Promise<readonly SentInstance[]> {
  const { instances } = crash.studies[0]!;
  const { layout } = crash.station;
  await receiveAll(t, crash.station, instances);
  await crash.tick('scan-arrived');
  while ((await listDeliveryIds(layout, 'pending')).length < deliveries) await crash.tick('run-one-job', '--all');
  await crash.keep();
  return instances;
}

/** Drops every connection when its second instance has come, before it is answered. */
class FailingArchive {
  #pieces = new Map<Socket, number>();
  #isFailing = false;
  /** How many connections were dropped since it began to fail. */
  deaths = 0;

  fail(): void {
    this.#isFailing = true;
    this.deaths = 0;
    this.#pieces.clear();
  }

  mend(): void {
    this.#isFailing = false;
  }

  see(socket: Socket): void {
    const pieces = (this.#pieces.get(socket) ?? 0) + 1;
    this.#pieces.set(socket, pieces);
    if (!this.#isFailing || pieces !== PIECES_UNTIL_SECOND) return;
    this.deaths += 1;
    socket.destroy();
  }
}
