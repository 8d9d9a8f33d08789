import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBusyStation } from './busy-station.ts';

test('the beginning of an id stands for it wherever one is taken, as long as no other begins so', async (t) => {
  const { station, relayed, failed, delivery } = await makeBusyStation(t);
  const short = relayed.slice(0, relayed.indexOf('-Relay-') + 3);
  const lines: [words: string[], said: string][] = [
    [['jobs', 'show', short], relayed], [['explain', short], relayed], [['run-one-job', short, '--dry-run'], relayed],
    [['log', '--job', short], relayed], [['jobs', 'log', failed.slice(0, -1)], 'no luck'],
    [['deliveries', 'show', short], delivery], [['deliveries', 'hold', short], `${delivery}: held`],
    [['deliveries', 'release', short], `${delivery}: pending`],
  ];
  for (const [words, said] of lines) {
    const { status, stdout, stderr } = await station.dts(words);
    assert.equal(status, 0, stderr);
    assert.ok(stdout.includes(said), `${words.join(' ')}: ${stdout}`);
  }
  assert.equal((await station.dts(['forward', short])).status, 75);
});

test('a beginning of several ids changes none of them and names them', async (t) => {
  const { station, relayed, failed } = await makeBusyStation(t);
  const { status, stdout, stderr } = await station.dts(['jobs', 'retry', failed, failed.slice(0, 8)]);
  assert.deepEqual([status, stdout], [64, '']);
  assert.ok(stderr.includes(relayed) && stderr.includes(failed) && stderr.includes('give more of it'), stderr);
  assert.match((await station.dts(['jobs', '--state', 'failed'])).stdout, new RegExp(failed));
});

test('a job at rest says what a person can do with it, and 65 unless it is done', async (t) => {
  const { station, relayed, failed, delivery } = await makeBusyStation(t);
  const say = async (...words: string[]) => {
    const { status, stdout } = await station.dts(words);
    return [status, stdout];
  };
  assert.deepEqual(await say('run-one-job', failed),
    [65, `${failed}: has failed; dts jobs show says why, dts jobs retry begins again\n`]);
  assert.deepEqual(await say('jobs', 'retry', failed), [0, `${failed}: pending\n`]);
  assert.deepEqual(await say('jobs', 'hold', failed), [0, `${failed}: held\n`]);
  assert.deepEqual(await say('run-one-job', failed, '--wait'), [65, `${failed}: is held; dts jobs release lets it go on\n`]);
  assert.deepEqual(await say('jobs', 'cancel', failed), [0, `${failed}: cancelled\n`]);
  assert.deepEqual(await say('run-one-job', failed), [65, `${failed}: is cancelled; dts jobs retry begins again\n`]);
  assert.deepEqual(await say('deliveries', 'cancel', delivery), [0, `${delivery}: cancelled\n`]);
  assert.equal((await station.dts(['forward', delivery])).status, 64);
  assert.match((await station.dts(['jobs', 'release', relayed])).stderr, /not changed: it is forwarding; release is for jobs that are held/);
});
