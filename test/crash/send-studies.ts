// The sender of the crash tests: it believes in nothing but Success, and sends again what did not get it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReceiverState } from '../../src/flow/receive/receiver-state.ts';
import { sendInstances } from '../../src/network/store-scu.ts';
import { findJson } from '../../src/spool/read.ts';
import { peerAt } from '../network/instances.ts';
import type { Ended, TestStation } from '../rig/station.ts';
import type { SentInstance } from './studies.ts';

const PROBE_MILLISECONDS = 10;
/** What a receiver ends with when SIGTERM has stopped it: 128 and the signal's number. */
export const STOPPED = 143;

/** A receiver that was started, and how it ended. */
export interface StartedReceiver {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export function startReceiver(t: TestContext, station: TestStation, env: NodeJS.ProcessEnv = {}): StartedReceiver {
  const child = station.start(t, ['receive'], { env: { ...process.env, ...env } });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  child.stdout?.resume();
  const ended = once(child, 'close').then(([status, signal]): Ended => ({ status, signal, stdout: '', stderr }));
  return { child, ended };
}

/** Waits until it has written down that it listens. @returns false where it has ended instead */
export async function listens({ layout }: TestStation, { child }: Pick<StartedReceiver, 'child'>): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    // The file of a receiver that was killed before may be there still.
    if ((await findJson<ReceiverState>(layout.receiverState))?.pid === child.pid) return true;
    await delay(PROBE_MILLISECONDS);
  }
  return false;
}

/** Sends on one association. @returns those that got Success; what is left is the caller's to send again */
export async function sendOnce(
  station: TestStation, instances: readonly SentInstance[],
): Promise<SentInstance[]> {
  const acknowledged: SentInstance[] = [];
  await sendInstances({ ...peerAt(station.port), calledAETitle: 'DTS', callingAETitle: 'SENDER' }, instances, {
    answered: (answer) => {
      assert.deepEqual('status' in answer ? answer.status : answer.failure, 0);
      // One after the other: the answers come in the order of the instances.
      acknowledged.push(instances[acknowledged.length]!);
    },
  });
  return acknowledged;
}

/** Receives with a receiver of its own that is stopped in order afterwards. All must get Success. */
export async function receiveAll(
  t: TestContext, station: TestStation, instances: readonly SentInstance[],
): Promise<void> {
  const receiver = startReceiver(t, station);
  assert.ok(await listens(station, receiver), 'the receiver listens');
  const acknowledged = await sendOnce(station, instances);
  assert.equal(acknowledged.length, instances.length, 'every instance gets Success');
  receiver.child.kill('SIGTERM');
  const { status, stderr } = await receiver.ended;
  assert.equal(status, STOPPED, stderr);
}
