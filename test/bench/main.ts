// `npm run bench`: what things cost, as ratios to a known thing measured in the same run. Not part of the tests: these
// figures depend on the machine and on what else it does. `npm run bench -- tick` runs one of them; what stands after
// its name are its options. The first Ctrl-C ends it and removes what it has made, the second ends it at once.

import { constants } from 'node:os';
import { benchForward } from './forward.ts';
import { benchNext } from './next.ts';
import { benchReceive } from './receive.ts';
import { benchTick } from './tick.ts';
import { UsageFault } from './usage-fault.ts';

const BENCHES: Readonly<Record<string, (words: readonly string[], signal: AbortSignal) => Promise<void>>> = {
  tick: benchTick,
  next: benchNext,
  receive: benchReceive,
  forward: benchForward,
};

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => {
    process.exitCode = 128 + constants.signals[name];
    stopping.abort();
  });
}

try {
  await runBenches(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageFault) {
    process.stderr.write(`bench: error: ${error.message}\n`);
    process.exitCode = 64;
  } else if (!stopping.signal.aborted || error !== stopping.signal.reason) {
    throw error;
  }
}

async function runBenches([name, ...words]: readonly string[]): Promise<void> {
  if (name === undefined) {
    for (const bench of Object.values(BENCHES)) await bench([], stopping.signal);
    return;
  }
  const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (bench === undefined) throw new UsageFault(`there is no ${name}; there are: ${Object.keys(BENCHES).join(', ')}`);
  await bench(words, stopping.signal);
}
