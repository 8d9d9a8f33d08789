import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProcess } from '../../src/host/process-table.ts';
import { runProgram } from '../../src/core/run-action.ts';
import { temporaryFolder } from '../rig/peers.ts';

test('arguments reach the program unchanged, whatever a shell would make of them', async () => {
  const cruel = ['a b', '"', "'", '$(id)', '`id`', '; rm x', '*', '', '\n', '--', '~'];
  const end = await runProgram(['printf', '%s|', ...cruel], { timeoutSeconds: 10 });
  assert.deepEqual(end, { exitCode: 0, stdout: cruel.map((word) => `${word}|`).join(''), stderr: '' });
});

test('tells the exit code and both outputs apart', async () => {
  const end = await runProgram(['sh', '-c', 'echo out; echo err >&2; exit 65'], { timeoutSeconds: 10 });
  assert.deepEqual(end, { exitCode: 65, stdout: 'out\n', stderr: 'err\n' });
});

test('a program that is killed ends as a shell reports it', async () => {
  const end = await runProgram(['sh', '-c', 'kill -TERM $$'], { timeoutSeconds: 10 });
  assert.equal('exitCode' in end && end.exitCode, 143);
});

test('at the limit the program is killed with all it started', async (t) => {
  const folder = await temporaryFolder(t);
  const script = 'sleep 600 & echo $! > "$0"; wait';
  const end = await runProgram(['sh', '-c', script, join(folder, 'pid')], { timeoutSeconds: 1 });
  assert.equal('reason' in end && end.reason, 'program-time');
  const grandchild = Number(await readFile(join(folder, 'pid'), 'utf8'));
  assert.equal(await findProcess(grandchild), undefined);
});

test('does not wait for what the program leaves running in the background', async (t) => {
  const end = await runProgram(['sh', '-c', 'sleep 600 & echo $!'], { timeoutSeconds: 60 });
  assert.ok('stdout' in end);
  t.after(() => process.kill(Number(end.stdout)));
  assert.equal(end.exitCode, 0);
});

test('keeps the end of endless output', async () => {
  const end = await runProgram(['sh', '-c', 'yes | head -c 20000000; echo last'], { timeoutSeconds: 30 });
  assert.ok('stdout' in end);
  assert.equal(end.stdout.length, 64 * 1024);
  assert.ok(end.stdout.endsWith('\nlast\n'));
});

test('writes output to files where asked to, replacing what they held', async (t) => {
  const folder = await temporaryFolder(t);
  const outputFiles = { stdout: join(folder, 'out'), stderr: join(folder, 'err') };
  for (const text of ['longer first', 'second']) {
    await runProgram(['sh', '-c', 'echo "$0"; echo E >&2', text], { timeoutSeconds: 10, outputFiles });
  }
  assert.equal(await readFile(outputFiles.stdout, 'utf8'), 'second\n');
  assert.equal(await readFile(outputFiles.stderr, 'utf8'), 'E\n');
});

test('adds env to the environment and runs where it is told', async (t) => {
  const folder = await temporaryFolder(t);
  const options = { timeoutSeconds: 9, cwd: folder, env: { EXTRA: 'x' } };
  const end = await runProgram(['sh', '-c', 'echo "$PWD $EXTRA"'], options);
  assert.equal('stdout' in end && end.stdout, `${folder} x\n`);
});

test('a program that is missing, empty or no program is told by name', async () => {
  assert.deepEqual(await runProgram([], { timeoutSeconds: 9 }), { reason: 'program-missing', program: '' });
  for (const program of ['dts-no-such-program', '/no/such/program', '/etc/passwd', '/tmp', './relative']) {
    assert.deepEqual(await runProgram([program], { timeoutSeconds: 9 }), { reason: 'program-missing', program });
  }
});

test('a working folder that is missing is named', async () => {
  const end = await runProgram(['true'], { timeoutSeconds: 9, cwd: '/no/such/folder' });
  assert.ok('text' in end && end.text.endsWith('in /no/such/folder'));
});
