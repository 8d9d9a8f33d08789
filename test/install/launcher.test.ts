// bin/dts: that it starts the program from anywhere, and what it says where it cannot.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { it, type TestContext } from 'node:test';
import { temporaryFolder } from '../rig/peers.ts';
import { run } from './installation.ts';

/** A folder with the real launcher and, where given, a program for it to start. */
async function launcherFor(t: TestContext, program?: string): Promise<string> {
  const folder = await temporaryFolder(t);
  cpSync(resolve(import.meta.dirname, '../../bin'), join(folder, 'bin'), { recursive: true });
  if (program !== undefined) {
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/dts.cjs'), program);
  }
  return join(folder, 'bin/dts');
}

const PRINTS_ARGUMENTS = 'console.log(process.argv.slice(2).join("|")); process.exitCode = 75;';

it('passes arguments on and the exit status back, through a link elsewhere', async (t) => {
  const launcher = await launcherFor(t, PRINTS_ARGUMENTS);
  const link = join(await temporaryFolder(t), 'dts');
  symlinkSync(launcher, link);
  assert.deepEqual(run(link, ['status', 'a b']), { exitCode: 75, stdout: 'status|a b\n', stderr: '' });
});

it('says what to type where the program was never built', async (t) => {
  const { exitCode, stderr } = run(await launcherFor(t), []);
  assert.equal(exitCode, 78);
  assert.match(stderr, /^dts: error: not started: .*\/dist is missing; type: cd '.*' && npm ci && npm run build\n$/);
});

it('starts the program with a code cache that does not fit it', async (t) => {
  const launcher = await launcherFor(t, PRINTS_ARGUMENTS);
  writeFileSync(join(launcher, '../../dist/dts.cache'), 'of another Node.js');
  assert.deepEqual(run(launcher, ['status']), { exitCode: 75, stdout: 'status\n', stderr: '' });
});

it('says so where Node.js is too old', async (t) => {
  const launcher = await launcherFor(t, PRINTS_ARGUMENTS);
  const old = join(await temporaryFolder(t), 'old.cjs');
  const versions = '{ ...process.versions, node: "20.18.3" }';
  writeFileSync(old, `Object.defineProperty(process, "versions", { value: ${versions} });`);
  const { exitCode, stdout, stderr } = run(process.execPath, ['--require', old, launcher]);
  assert.equal(exitCode, 78);
  assert.equal(stdout, '');
  assert.match(stderr, /Node\.js 20\.18\.3 is too old/);
});

it('shows the stack of a program that fails while it starts', async (t) => {
  const { exitCode, stderr } = run(await launcherFor(t, 'throw new Error("no such thing");'), []);
  assert.equal(exitCode, 70);
  assert.match(stderr, /no such thing\n +at .*dts\.cjs:1/);
});
