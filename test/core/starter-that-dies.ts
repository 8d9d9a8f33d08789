// Starts the run given as JSON and is killed at the moment after the system has made the process whose program is named
// behind it, before it could write down or even learn anything of it.

import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

const [run = '', fatalProgram] = process.argv.slice(2);
const { spawn } = childProcess;
childProcess.spawn = ((program: string, ...rest: [string[], object]) => {
  const child = spawn(program, ...rest);
  if (basename(program) === fatalProgram) process.kill(process.pid, 'SIGKILL');
  return child;
}) as typeof spawn;
syncBuiltinESMExports();

// Only now, so that the executors get the changed spawn.
const { executorOf } = await import('../../src/core/find-executor.ts');
const { core, ...others } = JSON.parse(run);
await executorOf(core).start({ core, ...others });
