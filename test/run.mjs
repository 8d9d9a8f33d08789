// Runs the tests: `node test/run.mjs` all of them, `node test/run.mjs test/spool` those below a folder or of one file.
// Test files live in test/, mirror src/ and end in .test.ts. What needs a peer that is not installed skips itself and says so.

import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** For one test: what waits for ever fails then. */
const MOST_MINUTES = 10;

/** Every *.test.ts at or below a path, in order of name. */
function testFiles(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) return testFiles(inside);
      return entry.name.endsWith('.test.ts') ? [inside] : [];
    });
}

const wanted = process.argv.slice(2);
const files = (wanted.length > 0 ? wanted : ['test']).flatMap(testFiles);
const run = spawnSync(
  process.execPath,
  [
    '--import', 'tsx', '--import', './test/peggy-register.mjs',
    '--test', '--test-concurrency=2', `--test-timeout=${MOST_MINUTES * 60_000}`, '--test-reporter=spec', ...files,
  ],
  { stdio: 'inherit', env: { ...process.env, TCP_NODELAY: '1' } },
);
process.exitCode = run.status ?? 70;
