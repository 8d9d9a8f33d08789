// The real command `dts receive` in a process group of its own, which a test kills as the kernel or a person would.

import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import type { TestContext } from 'node:test';
import { listens } from '../crash/send-studies.ts';
import type { TestStation } from '../rig/station.ts';

export class KillableReceiver {
  readonly pid: number;
  readonly #station: TestStation;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #stderr = '';

  constructor(t: TestContext, station: TestStation) {
    this.#station = station;
    this.#child = station.start(t, ['receive'], { detached: true });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => { this.#stderr += text; });
    this.#child.stdout!.resume();
    this.#ended = once(this.#child, 'close');
    this.pid = this.#child.pid!;
  }

  /** What it has printed. */
  get stderr(): string { return this.#stderr; }

  /** Waits until it accepts associations. */
  async listening(): Promise<void> {
    const isListening = await listens(this.#station, { child: this.#child });
    if (!isListening) throw new Error(`dts receive ended: ${this.#stderr}`);
  }

  /** Sends a signal to the whole group and waits for its end. Throws where it had ended by itself. */
  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null) throw new Error(`dts receive ended by itself: ${this.#stderr}`);
    process.kill(-this.pid, signal);
    await this.#ended;
  }
}
