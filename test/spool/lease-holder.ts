// A process of its own that takes a lease as a test tells it to, a word a line on its standard input, and answers each
// with a word: `take` with held or busy, `check` with held or lost, `give` with given. See lease-processes.ts.

import { createInterface } from 'node:readline';
import { Layout } from '../../src/spool/layout.ts';
import { withLease, type Lease } from '../../src/spool/lease.ts';
import { LeaseLost } from '../../src/spool/lease-lost.ts';

const [datadir = '', name = ''] = process.argv.slice(2);
const layout = new Layout(datadir);
let lease: Lease | undefined;
let give: () => void = () => undefined;
let given: Promise<unknown> = Promise.resolve();

function take(): Promise<string> {
  return new Promise((answer) => {
    given = withLease(layout, name, async (taken) => {
      lease = taken;
      answer('held');
      await new Promise<void>((resolve) => { give = resolve; });
    }).then((outcome) => {
      if (outcome === 'busy') answer('busy');
    });
  });
}

function check(): string {
  try {
    lease?.assertHeld();
    return 'held';
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    return 'lost';
  }
}

async function answerTo(word: string): Promise<string> {
  switch (word) {
    case 'take': return take();
    case 'check': return check();
    case 'give':
      give();
      await given;
      return 'given';
    default: throw new Error(`unknown word ${word}`);
  }
}

process.stdout.write('ready\n');
for await (const word of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await answerTo(word)}\n`);
}
