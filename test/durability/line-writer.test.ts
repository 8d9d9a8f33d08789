import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { readCallTrace, straceOptions, targetOf } from './call-trace.ts';

const WRITER = new URL('../../src/spool/durable-lines.ts', import.meta.url);

test('lines that are kept as they come are synced when their writer ends, and the name of their file is', async (t) => {
  if (!requirePeer(t, 'strace')) return;
  const path = join(await temporaryFolder(t), 'answers');
  const trace = `${path}.trace`;
  const script = `const { LineWriter } = await import(${JSON.stringify(WRITER.href)});
    const lines = await LineWriter.open(${JSON.stringify(path)}); lines.append('one'); lines.append('two');
    await lines.close();`;
  const words = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', script];
  const options = { encoding: 'utf8', timeout: 60_000 } as const;
  const { status, stderr } = spawnSync('strace', [...straceOptions(trace), ...words], options);
  assert.equal(status, 0, stderr);
  const calls = await readCallTrace(trace);
  const lastWritten = calls.findLastIndex((call) => call.name === 'write' && targetOf(call) === path);
  const synced = calls.slice(lastWritten + 1).filter(({ name }) => name === 'fsync').map(targetOf);
  assert.ok(lastWritten >= 0);
  assert.deepEqual(synced, [path, dirname(path)]);
});
