// Lets a test kill the process at a durable step, to prove that the next run carries on from there.
//
// DTS_FAILPOINT=<n>          SIGKILL just before the nth durable step of this process (1 is the first).
// DTS_FAILPOINT=<name>       SIGKILL just before the first step of that name, <name>:<n> before the nth of that name.
// DTS_FAILPOINT_TRACE=<file> appends every step reached, the deadly one too: its name, a space and the path it changes.
// Without these variables a step costs one comparison. Never used by the station itself.

import { appendFileSync, readlinkSync } from 'node:fs';

const wanted = process.env['DTS_FAILPOINT'];
const trace = process.env['DTS_FAILPOINT_TRACE'];
const armed = wanted !== undefined || trace !== undefined;
const passed = new Map<string, number>();
let total = 0;

/**
 * Marks a place at which a process may die. Called by durable.ts and durable-lines.ts before each call that counts.
 * @param path what the step is about to change, or has changed
 */
export function failpoint(name: string, path: string): void {
  if (!armed) return;
  total += 1;
  const times = (passed.get(name) ?? 0) + 1;
  passed.set(name, times);
  if (trace !== undefined) appendFileSync(trace, `${name} ${asPeopleKnowIt(path)}\n`);
  if (wanted === String(total) || wanted === `${name}:${times}` || (wanted === name && times === 1)) {
    process.kill(process.pid, 'SIGKILL');
  }
}

/** A path that begins at an open folder is of use only to the process that has it open. */
function asPeopleKnowIt(path: string): string {
  return path.replace(/^\/proc\/self\/fd\/\d+/, (folder) => readlinkSync(folder));
}
