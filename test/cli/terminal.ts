// A subcommand as a person at a terminal has it.

import { join } from 'node:path';
import { ROOT, runProgram, type Ended, type TestStation } from '../rig/station.ts';

/** Runs a subcommand with a pseudo-terminal as its stdin, stdout and stderr, all of which come back as stdout. */
export function dtsOnTerminal(
  station: TestStation, words: readonly string[],
  { env, input = '' }: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<Ended> {
  const line = [process.execPath, join(ROOT, 'bin', 'dts'), ...words, '--config', station.config];
  const quoted = line.map((word) => `'${word}'`).join(' ');
  const unset = { NO_COLOR: undefined, FORCE_COLOR: undefined, NODE_DISABLE_COLORS: undefined, CI: undefined };
  const terminal = { ...unset, TERM: 'xterm-256color', ...env };
  return runProgram('script', ['-qec', quoted, '/dev/null'], { env: terminal, input });
}
