// `npm run bench`: what things cost, as ratios to a known thing measured in the same run. Not part of the tests: these
// figures depend on the machine and on what else it does. `npm run bench -- tick` runs one of them.

import { benchTick } from './tick.ts';

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  tick: benchTick,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  process.stderr.write(`bench: error: there is no ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exitCode = 64;
} else {
  for (const name of wanted.length > 0 ? wanted : Object.keys(BENCHES)) await BENCHES[name]?.();
}
