// The switch that turns the receiving of one data directory off, as the original has it: the file config/enabled,
// holding `0`. Without the file, or with anything else in it, receiving is on. A person writes it; the station only
// reads it.

import { codeOf } from './error-code.ts';
import type { Layout } from './layout.ts';
import { findText } from './read.ts';

/** A person who turned it and calls a sender at once waits at most this long. */
const LOOK_EVERY_MILLISECONDS = 1000;

/** Whether receiving is off at this moment. Rejects with the system's error where the file is there but unreadable. */
export async function isSwitchedOff(layout: Layout): Promise<boolean> {
  return (await findText(layout.receivingSwitch))?.trim() === '0';
}

/** The switch as a receiver knows it, looked at once a second. */
export class ReceivingSwitch {
  readonly #layout: Layout;
  readonly #turned: (isOff: boolean) => void;
  #isOff = false;
  #nextLook: NodeJS.Timeout | undefined;
  #isStopped = false;

  private constructor(layout: Layout, turned: (isOff: boolean) => void) {
    this.#layout = layout;
    this.#turned = turned;
  }

  /** Has looked once when it settles. @param turned told of every change, also when the switch is off to begin with */
  static async watch(layout: Layout, turned: (isOff: boolean) => void): Promise<ReceivingSwitch> {
    const watched = new ReceivingSwitch(layout, turned);
    await watched.#look();
    return watched;
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#nextLook);
  }

  async #look(): Promise<void> {
    const isOff = await this.#read();
    if (this.#isStopped) return;
    if (isOff !== this.#isOff) {
      this.#isOff = isOff;
      this.#turned(isOff);
    }
    this.#nextLook = setTimeout(() => void this.#look(), LOOK_EVERY_MILLISECONDS).unref();
  }

  async #read(): Promise<boolean> {
    try {
      return await isSwitchedOff(this.#layout);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return this.#isOff; // a file that cannot be read just now turns nothing
    }
  }
}
