// More than the receiver takes upon itself: associations, connections, open files.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';
import { OUT_OF_RESOURCES, SUCCESS } from '../../../src/dicom/status.ts';
import { readEvents } from '../../../src/log/read-events.ts';
import { until } from '../../peers/ticks.ts';
import { requirePeer, runPeer } from '../../rig/peers.ts';
import { dataPdus, RawScu, storeCommand } from '../../rig/raw-scu.ts';
import { filesBelow, startReceiver } from '../../rig/receiver.ts';
import { makeStation } from '../../rig/station.ts';
import { dataset } from '../dataset.ts';

/** Connections that never say anything. */
function connectSilent(port: number, count: number): Promise<RawScu[]> {
  return Promise.all(Array.from({ length: count }, () => RawScu.connect(port)));
}

test('associations beyond the limit are rejected for now, and those that are open go on', async (t) => {
  if (!requirePeer(t, 'echoscu')) return;
  const receiver = await startReceiver(t, { limits: { associations: 2 } });
  const [one, other] = [await RawScu.associate(receiver.port), await RawScu.associate(receiver.port)];
  const bytes = dataset({ SOPInstanceUID: '1.2.3.1.1', pixels: Buffer.alloc(500_000) });
  const begin = dataPdus(1, bytes, false);
  one.send(dataPdus(1, storeCommand('1.2.3.1.1'), true), begin.subarray(0, 100_000));
  const address = ['127.0.0.1', String(receiver.port)];
  for (let surplus = 0; surplus < 3; surplus += 1) {
    const { exitCode, output } = await runPeer('echoscu', address);
    assert.notEqual(exitCode, 0);
    assert.match(output, /Rejected Transient.*\n.*Local Limit Exceeded/);
  }
  for (const { text } of await receiver.happened('association-rejected', 3)) {
    assert.equal(text, 'the limit of associations is reached');
  }
  one.send(begin.subarray(100_000));
  const answer = await one.next();
  assert.equal(answer.kind === 'command' && answer.command.Status, SUCCESS);
  assert.equal((await other.store('1.2.3.1.2', dataset({ SOPInstanceUID: '1.2.3.1.2' }))).Status, SUCCESS);

  await one.release();
  await receiver.happened('association-ended');
  assert.equal((await runPeer('echoscu', address)).exitCode, 0);
  await other.release();
});

test('connections that say nothing take no place from associations', async (t) => {
  if (!requirePeer(t, 'echoscu')) return;
  const receiver = await startReceiver(t, { limits: { associations: 1 } });
  const silent = await connectSilent(receiver.port, 40);
  assert.equal((await runPeer('echoscu', ['127.0.0.1', String(receiver.port)])).exitCode, 0);
  silent.forEach(({ socket }) => socket.destroy());
});

test('of connections without end that say nothing the oldest give way, and the log is told', async (t) => {
  if (!requirePeer(t, 'echoscu')) return;
  const receiver = await startReceiver(t, { limits: { associations: 1 } });
  const [oldest] = await connectSilent(receiver.port, 1);
  const others = await connectSilent(receiver.port, 1 + 64);
  assert.equal((await oldest!.next()).kind, 'closed');
  const [event] = await receiver.happened('association-rejected');
  assert.deepEqual([event?.address, event?.text],
    ['127.0.0.1', 'too many connections are open that ask for no association']);
  assert.equal((await runPeer('echoscu', ['127.0.0.1', String(receiver.port)])).exitCode, 0);
  others.forEach(({ socket }) => socket.destroy());
});

/** Seconds of processor time that a process has used. */
function processorSeconds(pid: number): number {
  // Behind the name, which may hold anything: the 12th and 13th fields are utime and stime in ticks of 10 ms, proc(5).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The limit of descriptors, which is one of their numbers, below which so many are free in a process. */
function limitThatLeaves(free: number, pid: number): number {
  const taken = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let limit = 0;
  for (let found = 0; found < free; limit += 1) if (!taken.has(limit)) found += 1;
  return limit;
}

test('without file descriptors the receiver neither dies nor spins, and asks senders to try later', async (t) => {
  if (!requirePeer(t, 'prlimit')) return;
  const station = await makeStation(t);
  const { pid = 0 } = await station.startReceiver(t);
  const senders = 6;
  // Beside the senders: the event log, and the two datasets that are compared when an instance comes again.
  const most = limitThatLeaves(senders + 1 + 2, pid);
  assert.equal(spawnSync('prlimit', ['--pid', String(pid), `--nofile=${most}:${most}`]).status, 0);
  const scus: RawScu[] = [];
  while (scus.length < senders) scus.push(await RawScu.associate(station.port));
  const silent = await connectSilent(station.port, 50);

  const before = processorSeconds(pid);
  await pass(1000);
  assert.ok(processorSeconds(pid) - before < 0.5, 'it spins');
  const store = (scu: RawScu, index: number) => {
    const SOPInstanceUID = `1.2.3.1.${index}`;
    return scu.store(SOPInstanceUID, dataset({ SOPInstanceUID, pixels: Buffer.alloc(1_000_000) }));
  };
  const refused = (await Promise.all(scus.map(store))).filter(({ Status }) => Status !== SUCCESS);
  assert.ok(refused.length > 0);
  for (const { Status, ErrorComment } of refused) {
    assert.deepEqual([Status, ErrorComment], [OUT_OF_RESOURCES, 'cannot be stored now: EMFILE']);
  }

  silent.forEach(({ socket }) => socket.destroy());
  await until('an instance is stored', async () => (await store(scus[0]!, 0)).Status === SUCCESS);
  for (const [index, scu] of scus.entries()) {
    assert.equal((await store(scu, index)).Status, SUCCESS);
    await scu.release();
  }
  assert.equal((await filesBelow(station.layout.archive)).length, senders);
  assert.deepEqual(await filesBelow(station.layout.temp), []);
  const texts: string[] = [];
  for await (const event of readEvents(station.layout)) if ('text' in event) texts.push(String(event.text));
  assert.ok(!texts.some((text) => text.includes('internal error')), texts.join('\n'));
});
