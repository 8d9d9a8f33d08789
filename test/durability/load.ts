// Senders that send without a pause while receivers come and go, and the last word on what has become of it all.

import type { TestContext } from 'node:test';
import type { TestStation } from '../rig/station.ts';
import { findBrokenPromises, findLeftovers, findStrangers } from './audit.ts';
import { Errands } from './errands.ts';
import { KillableReceiver } from './killable-receiver.ts';
import { Ledger } from './ledger.ts';
import { keepSending } from './sender.ts';

export interface RunningLoad {
  readonly ledger: Ledger;
  /** Lets the senders come to their end with a last receiver, and judges everything. @returns what was violated */
  end(): Promise<string[]>;
}

export function startLoad(t: TestContext, station: TestStation, random: () => number, senders: number): RunningLoad {
  const { layout, port } = station;
  const ledger = new Ledger();
  const over = new AbortController();
  const load = { port, errands: new Errands(random), ledger, random, signal: over.signal };
  const sending = Promise.all(Array.from({ length: senders }, (_, index) => keepSending(load, `SENDER${index}`)));
  return {
    ledger,
    async end() {
      over.abort();
      const last = new KillableReceiver(t, station);
      await last.listening();
      await sending;
      await last.kill('SIGTERM');
      return [
        ...await findBrokenPromises(layout, ledger, ledger.everything()),
        ...await findStrangers(layout, ledger), ...await findLeftovers(layout),
      ];
    },
  };
}
