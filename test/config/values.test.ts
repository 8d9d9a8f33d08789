import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseMemoryBytes } from '../../src/config/memory-bytes.ts';
import { isAddressRange, isHost } from '../../src/config/network-address.ts';
import { findChainCommand, isPartOfOriginalChain } from '../../src/config/original-chain.ts';
import { compilePattern } from '../../src/config/python-pattern.ts';
import { readSecret } from '../../src/config/secret.ts';
import { splitCommand } from '../../src/config/split-command.ts';
import { hostTimezone, isTimezone } from '../../src/config/timezone.ts';

test('reads sizes of memory as container runtimes do', () => {
  const sizes: Record<string, number | undefined> = {
    '20g': 20 * 2 ** 30, '512m': 2 ** 29, '1.5 GiB': 1.5 * 2 ** 30, '8192KB': 2 ** 23, '8388608': 2 ** 23,
    '8388608b': 2 ** 23, '1k': undefined, '': undefined, g: undefined, '-1g': undefined, '1 gg': undefined,
    '9999999t': undefined, '1e9': undefined,
  };
  for (const [text, bytes] of Object.entries(sizes)) assert.equal(parseMemoryBytes(text), bytes, text);
  assert.equal(parseMemoryBytes(2 ** 30), 2 ** 30);
  assert.equal(parseMemoryBytes(2 ** 30 + 0.5), undefined);
});

test('tells addresses and host names from what is neither', () => {
  for (const text of ['10.0.0.1', '255.255.255.255', '::1', 'fe80::1%eth0', 'localhost', 'a_b.example.org', '3com']) {
    assert.ok(isHost(text), text);
  }
  const noHosts = ['', '10.0.0', '10.0.0.256', '10.0.0.1.', '1:2', 'a b', '-a', 'a..b', 'a/b', 'x'.repeat(64), ':::'];
  for (const text of noHosts) assert.ok(!isHost(text), text);
  for (const text of ['10.0.0.0/8', '10.0.0.1', '::/0', '2001:db8::/128']) assert.ok(isAddressRange(text), text);
  const noRanges = ['10.0.0.0/33', '::/129', 'host/8', '10.0.0.0/', '10.0.0.0/-1', '/8'];
  for (const text of noRanges) assert.ok(!isAddressRange(text), text);
});

test('splits a command line as a shell does', () => {
  const lines: Record<string, readonly string[]> = {
    'run  a\tb': ['run', 'a', 'b'],
    "run 'a  b' \"c 'd'\" e\\ f": ['run', 'a  b', "c 'd'", 'e f'],
    'run "" a""b \'\'': ['run', '', 'ab', ''],
    'run "\\"\\\\\\$\\n" \'\\\'': ['run', '"\\$\\n', '\\'],
    'run $HOME *.dcm; rm -rf / | cat {}': ['run', '$HOME', '*.dcm;', 'rm', '-rf', '/', '|', 'cat', '{}'],
    'run --x="a b"c': ['run', '--x=a bc'],
  };
  for (const [line, words] of Object.entries(lines)) assert.deepEqual(splitCommand(line), { words }, line);
});

test('refuses a command line with an open quote, a last backslash, or nothing in it', () => {
  for (const line of ['run "a', "run 'a", 'run a\\', '', '  \n ', 'run "a\\"']) {
    assert.ok('problem' in splitCommand(line), line);
  }
});

test('matches patterns from the start, with the syntax that Python has and the runtime has not', () => {
  const matches: [pattern: string, text: string, fits: boolean][] = [
    ['AI', 'AICORE1', true],
    ['CORE', 'AICORE1', false],
    ['A|CORE', 'XCORE', false],
    ['^AICORE1$', 'AICORE1', true],
    ['(?i)aicore', 'AICORE1', true],
    ['(?P<kind>AI)-(?P=kind)$', 'AI-AI', true],
    ['\\AAI\\Z', 'AI', true],
    ['\\AAI\\Z', 'AIX', false],
    ['[]x]+$', ']x', true],
    ['[^]]$', ']', false],
    ['\\\\A', '\\A', true],
    ['A(?#which)I', 'AI', true],
    ['(?:A|B)(?=C)', 'BC', true],
    ['', 'anything', true],
  ];
  for (const [pattern, text, fits] of matches) {
    const compiled = compilePattern(pattern);
    assert.ok(compiled.kind === 'pattern', pattern);
    assert.equal(compiled.expression.test(text), fits, `${pattern} on ${text}`);
  }
});

test('refuses patterns that mean nothing here, each with a reason', () => {
  for (const pattern of ['(', '[', 'a(?i)b', '(?x)a b', '(?i:a)b', '(?L)a', '*', '(?P>a)', '(?(1)a|b)']) {
    const compiled = compilePattern(pattern);
    assert.ok(compiled.kind === 'problem' && compiled.message !== '', pattern);
  }
});

test('knows time zones, and the host\'s own', () => {
  const zones = ['Europe/Copenhagen', 'UTC', 'America/Argentina/Buenos_Aires', 'europe/oslo'];
  for (const name of zones) assert.ok(isTimezone(name), name);
  for (const name of ['', 'Europe', 'Europe/Bergen', '../passwd', '/etc/passwd']) assert.ok(!isTimezone(name), name);
  assert.ok(isTimezone(hostTimezone()));
});

test('recognises the original\'s chain also within a shell, and nothing else', () => {
  const inShell = ['bash', '-c', 'cd /tmp && ror init x && /data/pullSelect.sh y; /data/code/trigger/addJob.sh @PATH@'];
  assert.ok(isPartOfOriginalChain(inShell, [inShell]));
  assert.ok(isPartOfOriginalChain(['/data/code/trigger/addJob.sh', '@PATH@'], []));
  const others = [['echo', 'ror'], ['mkdir', '-p', '/data'], ['errorror'], ['bash', '-c', 'echo addJob.sh'], ['bash']];
  for (const cmd of others) {
    assert.ok(!isPartOfOriginalChain(cmd, [cmd, inShell]), cmd.join(' '));
  }
});

test('finds the command of the core in the original\'s chain', () => {
  const chain = [['/usr/sbin/ror', 'config', '--call', 'python "/app/a b.py" /data']];
  assert.deepEqual(findChainCommand(chain), ['python', '/app/a b.py', '/data']);
  assert.equal(findChainCommand([['ror', 'init'], ['other', '--call', 'x'], ['ror', '--call']]), undefined);
});

test('reads a secret from where it is kept, and says where it was not', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'dts-secret-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'password'), 'hunter2\n');
  assert.deepEqual(await readSecret({ file: join(folder, 'password') }), { text: 'hunter2' });
  const missing = join(folder, 'none');
  assert.deepEqual(await readSecret({ file: missing }), { fault: `${missing} cannot be read (ENOENT)` });
  process.env['DTS_TEST_SECRET'] = ' x ';
  t.after(() => delete process.env['DTS_TEST_SECRET']);
  assert.deepEqual(await readSecret({ env: 'DTS_TEST_SECRET' }), { text: ' x ' });
  assert.ok('fault' in await readSecret({ env: 'DTS_TEST_NO_SUCH_SECRET' }));
  assert.deepEqual(await readSecret('plain'), { text: 'plain' });
});
