// The receiver's system calls, seen by strace: an order that no power loss can break, on any file system that keeps
// what POSIX says of fsync. What the other tests of this folder try often, these show for each Success there was.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SUCCESS } from '../../src/dicom/status.ts';
import type { ReceiverState } from '../../src/flow/receive/receiver-state.ts';
import type { Layout } from '../../src/spool/layout.ts';
import { findJson } from '../../src/spool/read.ts';
import { findPeer, requirePeer, temporaryFolder } from '../rig/peers.ts';
import { RawScu } from '../rig/raw-scu.ts';
import { appeared, makeStation, ROOT, type TestStation } from '../rig/station.ts';
import { readCallTrace, straceOptions } from './call-trace.ts';
import { deedsOf, type Deed } from './deeds.ts';
import { makeInstance, type Instance } from './instance.ts';
import { judgeOrder, type Sending } from './order.ts';

/** The receiver has started before: it would not with a disk that does not work. */
const FIRST_FAILURE = 25;
const FAILURE_EVERY = 5;
/** Of one instance: three senders share the syncs that fail. */
const MOST_TRIES = 200;
const STUDY = '1.2.826.0.1.3680043.10.12';
const SENDERS = ['ONE', 'TWO', 'THREE'];

interface WholeSending extends Sending {
  readonly instances: readonly Instance[];
}

/**
 * Studies of one sender and of all, each instance a series of its own; one instance that all have, one that each has
 * changed, and some once more.
 */
function makeSendings(): WholeSending[] {
  return SENDERS.map((callingAETitle, sender) => {
    const common = make(1, 1, 1, 700_000);
    const changed = make(1, 1, 2, 900, sender);
    const own = Array.from({ length: 10 }, (_, n) => make(n < 5 ? 1 : 2 + sender, 10 * (1 + sender) + n, n, 5000 * n));
    return { callingAETitle, instances: [common, ...own, changed, common, own[0]!] };
  });
}

function make(study: number, series: number, instance: number, pixelBytes: number, version = 0): Instance {
  const StudyInstanceUID = `${STUDY}.${study}`;
  const SeriesInstanceUID = `${StudyInstanceUID}.${series}`;
  const SOPInstanceUID = `${SeriesInstanceUID}.${instance}`;
  return makeInstance({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }, pixelBytes, version);
}

interface Traced {
  readonly deeds: readonly Deed[];
  /** By the port that they were sent from: everything that was answered. */
  readonly sendings: ReadonlyMap<number, Sending>;
}

/** Runs `dts receive` under strace while all send at the same time. @param more options of strace */
async function traceReceiver(t: TestContext, station: TestStation, more: readonly string[] = []): Promise<Traced> {
  const file = join(await temporaryFolder(t), 'trace');
  const command = [process.execPath, join(ROOT, 'bin', 'dts'), 'receive', '--config', station.config];
  const strace = spawn(findPeer('strace')!, [...straceOptions(file), ...more, ...command], {
    detached: true,
    stdio: 'ignore',
    // strace does not see what goes through a ring, and counts the calls of each thread for itself.
    env: { ...process.env, UV_USE_IO_URING: '0', UV_THREADPOOL_SIZE: more.length > 0 ? '1' : '4' },
  });
  t.after(() => {
    if (strace.exitCode === null && strace.signalCode === null) process.kill(-strace.pid!, 'SIGKILL');
  });
  await appeared(station.layout.receiverState);
  const sendings = await Promise.all(makeSendings().map((sending) => send(station.port, sending)));
  process.kill((await findJson<ReceiverState>(station.layout.receiverState))!.pid, 'SIGTERM');
  await once(strace, 'close');
  return { deeds: [...deedsOf(await readCallTrace(file))], sendings: new Map(sendings) };
}

/** Sends each instance until it has Success. @returns the port that it was sent from, and what was sent */
async function send(port: number, { callingAETitle, instances }: WholeSending): Promise<[number, Sending]> {
  const scu = await RawScu.associate(port, { callingAETitle });
  const { localPort = 0 } = scu.socket;
  const answered: Instance[] = [];
  for (const instance of instances) {
    let status: number | undefined;
    for (let tries = 0; status !== SUCCESS && tries < MOST_TRIES; tries += 1) {
      ({ Status: status } = await scu.store(instance.SOPInstanceUID, instance.dataset));
      answered.push(instance);
    }
    assert.equal(status, SUCCESS);
  }
  await scu.release();
  return [localPort, { callingAETitle, instances: answered }];
}

/** The order was kept, and every instance of every sender got its Success in it. */
function assertKept({ deeds, sendings }: Traced, layout: Layout): void {
  const { successes, violations } = judgeOrder(deeds, layout, sendings);
  assert.deepEqual(violations, []);
  assert.equal(successes, makeSendings().flatMap(({ instances }) => instances).length);
}

function requireTracing(t: TestContext): boolean {
  if (!requirePeer(t, 'strace')) return false;
  const { status, stderr } = spawnSync(findPeer('strace')!, ['-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (status !== 0) t.skip(`no process can be traced: ${stderr.trim()}`);
  return status === 0;
}

test('each Success comes after all that makes it true is synced, and a sync left out would show', async (t) => {
  if (!requireTracing(t)) return;
  const station = await makeStation(t);
  const { layout } = station;
  const traced = await traceReceiver(t, station);
  assertKept(traced, layout);

  const { deeds, sendings } = traced;
  const [published] = deeds.flatMap((deed) => (deed.what === 'link' ? [deed.from] : []));
  const leftOut: Readonly<Record<string, (deed: Deed) => boolean>> = {
    'files': (deed) => deed.what === 'sync' && dirname(deed.path) === layout.temp,
    'one file': (deed) => deed.what === 'sync' && deed.path === published,
    'directories of studies': (deed) => deed.what === 'sync' && dirname(deed.path) === layout.archive,
    'the archive': (deed) => deed.what === 'sync' && deed.path === layout.archive,
    'the marks': (deed) => deed.what === 'sync' && deed.path === layout.arrived,
    'the folders above': (deed) => deed.what === 'sync' && deed.path === dirname(layout.archive),
    'times of marks': (deed) => deed.what === 'touch',
  };
  for (const [what, isLeftOut] of Object.entries(leftOut)) {
    const rest = deeds.filter((deed) => !isLeftOut(deed));
    assert.ok(rest.length < deeds.length, `${what} are in the trace`);
    assert.notDeepEqual(judgeOrder(rest, layout, sendings).violations, [], `without the syncs of ${what}`);
  }
});

test('what a receiver made that died before its own sync is synced by the next one', async (t) => {
  if (!requireTracing(t)) return;
  const station = await makeStation(t);
  const { layout } = station;
  const studies = makeSendings().flatMap(({ instances }) => instances.map(({ StudyInstanceUID }) => StudyInstanceUID));
  const folders = [...studies.map((study) => layout.archivedStudy(study)), layout.arrived, layout.temp];
  for (const folder of folders) await mkdir(folder, { recursive: true });
  assertKept(await traceReceiver(t, station), layout);
});

test('where a sync fails there is no Success before another one has not', async (t) => {
  if (!requireTracing(t)) return;
  const station = await makeStation(t);
  const failing = ['-e', `inject=fsync,fdatasync:error=EIO:when=${FIRST_FAILURE}+${FAILURE_EVERY}`];
  const traced = await traceReceiver(t, station, failing);
  assertKept(traced, station.layout);
  const tries = [...traced.sendings.values()].flatMap(({ instances }) => instances);
  assert.ok(tries.length > makeSendings().flatMap(({ instances }) => instances).length, 'syncs have failed');
});
