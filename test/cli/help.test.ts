import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../src/commands/table.ts';
import { VERSION } from '../../src/version.ts';
import { ROOT, runProgram, type Ended } from '../rig/station.ts';

function dts(...words: string[]): Promise<Ended> {
  return runProgram(process.execPath, [join(ROOT, 'bin', 'dts'), ...words]);
}

for (const { name } of COMMANDS) {
  test(`dts ${name} --help shows usage, examples of its own and every exit status, and so does dts help ${name}`, async () => {
    const { status, stdout, stderr } = await dts(name, '--help');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, new RegExp(`^Usage: dts ${name} `));
    assert.match(stdout, new RegExp(`\nEXAMPLES\n  dts ${name}`));
    assert.match(stdout, /\nEXIT STATUS\n +0  done/);
    for (const code of ['64', '70', '128\\+n']) assert.match(stdout, new RegExp(`\n +${code}  \\w`));
    assert.match(stdout, /--config <directory>/);
    assert.equal((await dts('help', name)).stdout, stdout);
  });
}

test('dts, dts help and dts --help all list every command, and end well', async () => {
  const help = await dts('--help');
  for (const { name } of COMMANDS) assert.match(help.stdout, new RegExp(`\n  ${name} `));
  assert.deepEqual([help.status, help.stderr], [0, '']);
  assert.deepEqual(await dts(), help);
  assert.deepEqual(await dts('help'), help);
});

test('dts --version prints the version and nothing else', async () => {
  assert.deepEqual(await dts('--version'), { status: 0, signal: null, stdout: `${VERSION}\n`, stderr: '' });
});

test('help for a command that is not there is wrong use', async () => {
  const { status, stdout, stderr } = await dts('help', 'jobz');
  assert.deepEqual([status, stdout], [64, '']);
  assert.match(stderr, /^dts: error: there is no such command; dts --help lists the commands/);
});
