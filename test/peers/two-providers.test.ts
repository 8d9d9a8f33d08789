// The relay between two providers of docs/delivery.md, by the real command: at hours that the test chooses, with providers that go
// and come, and killed where it hurts.

import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { DeliveryState } from '../../src/job/delivery-state.ts';
import type { Answer, Delivery } from '../../src/job/delivery.ts';
import { listDeliveryIds } from '../../src/spool/delivery-store.ts';
import { makeDoor, type Door } from '../rig/door.ts';
import { SHIFTED_CLOCK } from '../rig/hosts.ts';
import { requirePeer, startStorescp, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp, type Script, type ScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation, ROOT, runProgram, type Ended, type TestStation } from '../rig/station.ts';
import { writeSmallStudy } from './small-study.ts';
import { readJson, runJobs, scan, sendTo } from './ticks.ts';

/** Fridays. */
const AT_WORK = '2026-11-20T10:00:00+01:00';
const AFTER_WORK = '2026-11-20T17:00:00+01:00';

interface Relay {
  readonly station: TestStation;
  readonly day: ScriptedScp;
  readonly night: ScriptedScp;
  readonly dayDoor: Door;
  readonly nightDoor: Door;
  /** Sends a study in, up to where it has to be forwarded. */
  bring(instances?: number): Promise<void>;
  /** Runs a command as though it were that time. */
  at(time: string, words: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
}

/** As docs/delivery.md has it, at addresses of this machine. */
async function makeRelay(t: TestContext, scripts: { day?: Script; night?: Script } = {}): Promise<Relay> {
  const [day, night, vna] = [
    await startScriptedScp(t, scripts.day), await startScriptedScp(t, scripts.night), await startScriptedScp(t),
  ];
  const [dayDoor, nightDoor] = [await makeDoor(t, day.port), await makeDoor(t, night.port)];
  const ports = { dayread: dayDoor.port, nightread: nightDoor.port, vna: vna.port };
  const page = await readFile(join(ROOT, 'docs', 'delivery.md'), 'utf8');
  const [, example = ''] = /## When and to whom[^]*?```json\n([^]*?)```/.exec(page) ?? [];
  const local = example.replace(/"(\w+)\.example\.org", "PORT": 104/g, (_, host: keyof typeof ports) => {
    return `"127.0.0.1", "PORT": ${ports[host]}`;
  });
  const station = await makeStation(t, {
    config: JSON.parse(local) as Record<string, unknown>, receiver: { LOCALTIMEZONE: 'Europe/Copenhagen' },
  });
  await station.startReceiver(t);
  return {
    station, day, night, dayDoor, nightDoor,
    async bring(instances = 2) {
      const study = await writeSmallStudy(await temporaryFolder(t), { instances });
      await sendTo(station, [study.folder], { called: 'RELAY' });
      await scan(station);
      await runJobs(station);
    },
    at(time, words, env = {}) {
      const clockSeconds = Math.round((Date.parse(time) - Date.now()) / 1000);
      return station.dts(words, {
        env: { NODE_OPTIONS: `--import ${SHIFTED_CLOCK}`, DTS_TEST_CLOCK_SECONDS: String(clockSeconds), ...env },
      });
    },
  };
}

async function findReading({ station }: Relay): Promise<(Delivery & { state: DeliveryState })[]> {
  const all = await readJson<(Delivery & { state: DeliveryState })[]>(station, ['deliveries', 'list']);
  return all.filter(({ destination }) => destination === 'reading');
}

/** SOPInstanceUIDs in the order in which they came. */
function stored({ messages }: ScriptedScp): string[] {
  return messages.filter(({ command }) => command.CommandField === 1)
    .map(({ command }) => command.AffectedSOPInstanceUID ?? '');
}

test('studies go to the provider of the hour, to the other while it is away, and back', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const relay = await makeRelay(t);
  const { station, day, night, dayDoor } = relay;
  await relay.bring();
  assert.deepEqual(await relay.at(AT_WORK, ['forward']), { status: 0, signal: null, stdout: '', stderr: '' });
  assert.deepEqual([stored(day).length, stored(night).length], [2, 0]);

  await relay.bring();
  assert.equal((await relay.at(AFTER_WORK, ['forward'])).status, 0);
  assert.deepEqual([stored(day).length, stored(night).length], [2, 2]);

  await dayDoor.shut();
  await relay.bring();
  const failedOver = await relay.at(AT_WORK, ['forward']);
  assert.equal(failedOver.status, 0);
  assert.match(failedOver.stderr, /destination day: does not work: .*cannot be reached/);
  assert.match(failedOver.stderr, /not delivered to day: .*; all of it goes to night instead/);
  assert.equal(stored(night).length, 4);
  const status = await relay.at(AT_WORK, ['status']);
  assert.match(status.stdout, /trouble +day since \S+, asked again after /);

  await dayDoor.open();
  await relay.bring();
  await relay.at('2026-11-20T10:05:00+01:00', ['forward']);
  assert.deepEqual([stored(day).length, stored(night).length], [4, 4]);
  assert.doesNotMatch((await relay.at(AT_WORK, ['status'])).stdout, /trouble/);

  assert.deepEqual((await findReading(relay)).map(({ state }) => state), ['done', 'done', 'done', 'done']);
  const { stdout: jobs } = await station.dts(['jobs']);
  assert.equal(jobs.match(/done/g)?.length, 4, 'no job waits for the archive, which opens at 20:00');
  const { stdout: listed } = await relay.at(AT_WORK, ['deliveries', '--state', 'pending']);
  assert.match(listed, /archive .*for Fri 20:00, when archive opens/);
});

test('with both away a study waits, says why, and goes to the first that is back', async (t) => {
  if (!requirePeer(t, 'storescu', 'storescp')) return;
  const relay = await makeRelay(t);
  await relay.dayDoor.shut();
  await relay.nightDoor.shut();
  await relay.bring();
  assert.equal((await relay.at(AFTER_WORK, ['forward'])).status, 75);
  const [delivery] = await findReading(relay);
  assert.ok(delivery !== undefined);
  const soonAfter = '2026-11-20T17:00:30+01:00'; // each command's clock begins anew
  const shown = (await relay.at(soonAfter, ['deliveries', 'show', delivery.DeliveryId])).stdout;
  assert.match(shown, /matched +2 go: there is no filter/);
  assert.match(shown, /may go to +day: cost 1, closed until Mon 08:00/);
  assert.match(shown, /may go to +night: cost 2, always open, in trouble since .*cannot be reached/);
  const explained = (await relay.at(soonAfter, ['explain', delivery.DeliveryId])).stdout;
  assert.match(explained, /to reading: pending/);
  assert.match(explained, /waits until \S+: .*night: .*cannot be reached/);
  assert.doesNotMatch(explained, /to archive/, 'only the delivery that was asked for');
  assert.match((await relay.at(soonAfter, ['explain', delivery.JobId])).stdout, /to archive, a second copy: pending/);

  const pacs = await startStorescp(t);
  const door = await makeDoor(t, pacs.port);
  const config = join(relay.station.config, 'config.json');
  const written = (await readFile(config, 'utf8')).replaceAll(String(relay.nightDoor.port), String(door.port));
  await relay.station.configure({
    config: JSON.parse(written) as Record<string, unknown>, receiver: { LOCALTIMEZONE: 'Europe/Copenhagen' },
  });
  assert.equal((await relay.at('2026-11-20T17:02:00+01:00', ['forward'])).status, 0);
  const after = (await relay.at(AFTER_WORK, ['deliveries', 'show', delivery.DeliveryId])).stdout;
  assert.match(after, /: done/);
  assert.match(after, /to night \(cost 2, always open.*\); day: cost 1, closed until Mon 08:00/);
});

test('a person sends at any hour, and is told of what would have been waited for', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const relay = await makeRelay(t);
  await relay.bring();
  const all = await readJson<Delivery[]>(relay.station, ['deliveries', 'list']);
  const archive = all.find(({ destination }) => destination === 'archive')?.DeliveryId ?? '';
  const sent = await relay.at(AT_WORK, ['forward', archive]);
  assert.equal(sent.status, 0);
  assert.match(sent.stderr, /warning: delivery \S+: sent all the same: archive is closed until 2026-11-20T19:00:00/);
});

test('two forwards at once send a study once', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const relay = await makeRelay(t);
  await relay.dayDoor.shut();
  for (const _ of [1, 2, 3]) await relay.bring();
  await Promise.all([1, 2].map(() => relay.at(AT_WORK, ['forward'])));
  while ((await findReading(relay)).some(({ state }) => state === 'pending')) {
    await relay.at('2026-11-20T10:00:30+01:00', ['forward']);
  }
  assert.equal(stored(relay.night).length, 6);
  assert.equal(new Set(stored(relay.night)).size, 6);
});

test('wherever forward is killed while it changes over, one provider gets all of the study, and nothing twice', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  let seen = 0;
  // Stores the first instance of each run, and breaks off in the second.
  const relay = await makeRelay(t, { day: {
    seen: (_bytes, socket) => {
      seen += 1;
      if (seen === 4) socket.destroy();
    },
  } });
  const { station, day, night } = relay;
  await relay.bring(3);
  const kept = join(await temporaryFolder(t), 'kept');
  const copy = async (from: string, to: string): Promise<void> => {
    await rm(to, { recursive: true, force: true });
    assert.equal((await runProgram('cp', ['-a', from, to])).status, 0);
  };
  await copy(station.layout.datadir, kept);
  let kills = 0;
  for (let step = 1, isKilled = true; isKilled; step += 1) {
    await copy(kept, station.layout.datadir);
    seen = 0;
    const before = { day: stored(day).length, night: stored(night).length };
    const killed = await relay.at(AT_WORK, ['forward'], { DTS_FAILPOINT: String(step) });
    isKilled = killed.signal === 'SIGKILL';
    if (isKilled) kills += 1;
    await Promise.all([day.idle(), night.idle()]);
    const later = ['2026-11-20T10:02:00+01:00', '2026-11-20T10:10:00+01:00', '2026-11-20T10:30:00+01:00'];
    for (const time of later) {
      const pending = await listDeliveryIds(station.layout, 'pending');
      if (pending.some((id) => id.includes('-reading-'))) await relay.at(time, ['forward']);
    }
    const [delivery] = await findReading(relay);
    assert.equal(delivery?.state, 'done', `step ${step}`);
    const [shown] = await readJson<{ answers: Answer[] }[]>(station, ['deliveries', 'show', delivery.DeliveryId]);
    const has = (name: string): number => shown?.answers.filter(({ destination, ...answer }) => {
      return destination === name && 'status' in answer && answer.status === 0;
    }).length ?? 0;
    assert.ok(has('day') === 3 || has('night') === 3, `step ${step}: day ${has('day')}, night ${has('night')}`);
    const got = { day: stored(day).slice(before.day), night: stored(night).slice(before.night) };
    const whole = has('night') === 3 ? got.night : got.day;
    assert.equal(new Set(whole).size, 3, `step ${step}: it has what it is said to have`);
    for (const [name, uids] of Object.entries(got)) {
      const twice = uids.length - new Set(uids).size;
      assert.ok(twice <= (isKilled ? 1 : 0), `step ${step}: ${name} got ${twice} again`);
    }
  }
  assert.ok(kills >= 10, `${kills} steps`);
});
