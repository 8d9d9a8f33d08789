import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { test, type TestContext } from 'node:test';
import { DeliveryFolder } from '../../src/spool/layout.ts';
import { appeared, makeStation } from '../rig/station.ts';
import { makeBusyStation, receiveStudy, STUDY, type BusyStation } from './busy-station.ts';

/** More than a command should ever need to end, less than any of the waits that are cut short. */
const PROMPTLY_MILLISECONDS = 10_000;

/** Sends a signal to a command that is in the midst of its work. @returns the exit status, once it has ended */
async function stop(child: ChildProcess, name: NodeJS.Signals): Promise<number | null> {
  const closed = once(child, 'close', { signal: AbortSignal.timeout(PROMPTLY_MILLISECONDS) });
  child.kill(name);
  const [status] = await closed;
  return status as number | null;
}

/** Commands that go on for long, with what shows that the first round is over. */
const LONG_RUNS: readonly { words: string; roundIsOver(busy: BusyStation, child: ChildProcess): Promise<void> }[] = [
  { words: 'scan-arrived --for 10m', roundIsOver: async ({ station }) => appeared(station.layout.arrivalsOfStudy(STUDY)) },
  {
    words: 'run-one-job --all --for 10m',
    roundIsOver: async ({ station, relayed }) => appeared(station.layout.job('done', relayed)),
  },
  {
    words: 'forward --for 10m',
    roundIsOver: async ({ station, delivery }) => {
      return appeared(new DeliveryFolder(station.layout.delivery('pending', delivery)).clock);
    },
  },
  { words: 'log -f', roundIsOver: async (_busy, { stdout }) => { await once(stdout!, 'data'); } },
];

/** Work for each of them. */
async function makeWork(t: TestContext): Promise<BusyStation> {
  const busy = await makeBusyStation(t);
  await rm(busy.station.layout.arrivalsOfStudy(STUDY));
  await receiveStudy(t, busy.station);
  return busy;
}

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  const expected = 128 + constants.signals[name];

  for (const { words, roundIsOver } of LONG_RUNS) {
    test(`dts ${words} ends promptly on ${name} with ${expected}`, async (t) => {
      const busy = await makeWork(t);
      if (words.startsWith('run')) await busy.station.dts(['deliveries', 'cancel', busy.delivery]);
      const child = busy.station.start(t, words.split(' '));
      await roundIsOver(busy, child);
      assert.equal(await stop(child, name), expected);
    });
  }

  test(`dts receive ends promptly on ${name} with ${expected}, and no longer says that it listens`, async (t) => {
    const station = await makeStation(t);
    assert.equal(await stop(await station.startReceiver(t), name), expected);
    assert.deepEqual((await station.dts(['log'])).stdout.split('\n').at(-2)?.slice(26), `info     receive: receiver: stopped by ${name}; `
      + '0 associations were aborted');
    assert.match((await station.dts(['status'])).stdout, /receiver +not running/);
  });

  test(`dts run-one-job --wait ends promptly on ${name} with ${expected} and leaves the core running`, async (t) => {
    const station = await makeStation(t, {
      config: {
        Streams: [{
          name: 'Slow', trigger: { AETitleCalled: '^AICORE$', AETitleCaller: '.*' }, destination: [],
          'trigger-study': [{ type: 'job' }],
        }],
      },
      statements: { Slow: { executor: 'process', command: ['/bin/sleep', '600'] } },
    });
    await receiveStudy(t, station);
    assert.equal((await station.dts(['scan-arrived'])).status, 0);
    const [JobId = ''] = await readdir(station.layout.jobsIn('pending'));
    const child = station.start(t, ['run-one-job', JobId, '--wait']);
    child.stdout?.setEncoding('utf8');
    for await (const text of child.stdout ?? []) if (String(text).includes('waits for the core')) break;
    assert.equal(await stop(child, name), expected);
    assert.deepEqual(await readdir(station.layout.jobsIn('running')), [JobId]);
    const cancelled = await station.dts(['jobs', 'cancel', JobId]);
    assert.deepEqual([cancelled.status, cancelled.stdout], [0, `${JobId}: cancelled\n`]);
  });
}
