// What processes cost, measured on processes that cost something known.

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { cpuSecondsOf, machineCpuSeconds, peakBytesOf } from './process-tree.ts';

const BURN = 'let used; do used = process.cpuUsage(); while (used.user + used.system < 200_000);';
const WAIT = 'console.log(1); process.stdin.resume();';

/** Runs a script of Node.js until its first line; it ends with the test. */
async function startScript(t: TestContext, script: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child as ChildProcess & { readonly pid: number };
}

test('CPU time counts the process, its children, and those of its children that ended', async (t) => {
  const { pid } = await startScript(t, `
    require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(BURN)}]);
    const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(BURN + WAIT)}]);
    child.stdout.once('data', () => { ${BURN} ${WAIT} });`);
  const seconds = cpuSecondsOf(pid);
  assert.ok(seconds >= 0.57, `${seconds}`); // three of 0.2 s, each read in whole hundredths
});

test('peak memory is that of the process and its children, also of what was given back', async (t) => {
  const alone = await startScript(t, WAIT);
  const { pid } = await startScript(t, `
    Buffer.alloc(100_000_000, 1);
    const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(WAIT)}]);
    child.stdout.once('data', () => { ${WAIT} });`);
  assert.ok(peakBytesOf(alone.pid) < 100e6);
  assert.ok(peakBytesOf(pid) > 100e6 + 2 * 0.8 * peakBytesOf(alone.pid), `${peakBytesOf(pid)}`);
});

test('a process that is gone costs nothing more', async () => {
  const child = spawn(process.execPath, ['-e', '0']);
  const { pid = 0 } = child;
  await once(child, 'close');
  assert.equal(cpuSecondsOf(pid), 0);
  assert.equal(peakBytesOf(pid), 0);
});

test('the machine has been at work for at least as long as this process', () => {
  const ours = cpuSecondsOf(process.pid);
  assert.ok(ours > 0);
  assert.ok(machineCpuSeconds() >= ours);
});
