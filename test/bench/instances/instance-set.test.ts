// The instances that the bench sends: real objects, as DCMTK and the station read them.

import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeInstance } from '../../network/instances.ts';
import { requirePeer, runPeer, temporaryFolder } from '../../rig/peers.ts';
import { bytesOf, makeInstanceSet } from './instance-set.ts';

const NEVER = new AbortController().signal;

test('each instance is whole, has its own UID in dataset and file meta information, and a private group', async (t) => {
  if (!requirePeer(t, 'dcmdump')) return;
  const folder = join(await temporaryFolder(t), 'set');
  const set = await makeInstanceSet(folder, 1, { modality: 'MR', rows: 64, columns: 64, frames: 1 }, 3, NEVER);
  assert.equal(new Set(set.instances.map(({ SOPInstanceUID }) => SOPInstanceUID)).size, 3);
  for (const { name, SOPInstanceUID } of set.instances) {
    assert.equal((await describeInstance(join(folder, name))).SOPInstanceUID, SOPInstanceUID);
    const { exitCode, output } = await runPeer('dcmdump', ['-M', '+L', join(folder, name)]);
    assert.equal(exitCode, 0, output);
    assert.doesNotMatch(output, /^[WE]:/m);
    assert.ok(output.includes(`(0008,0018) UI [${SOPInstanceUID}]`), output);
    assert.match(output, /\(0051,0010\) LO \[BENCH SCANNER HEADER\]/);
    assert.match(output, /\(7fe0,0010\) OW .*# 8192,/);
    assert.ok((output.match(/^ *\(/gm) ?? []).length > 80);
  }
});

test('a multi-frame object has all of its frames', async (t) => {
  if (!requirePeer(t, 'dcmdump')) return;
  const folder = join(await temporaryFolder(t), 'set');
  const set = await makeInstanceSet(folder, 2, { modality: 'OT', rows: 256, columns: 256, frames: 7 }, 1, NEVER);
  const file = join(folder, set.instances[0]?.name ?? '');
  assert.equal(bytesOf(set), (await stat(file)).size);
  const { output } = await runPeer('dcmdump', [file]);
  assert.doesNotMatch(output, /^[WE]:/m);
  assert.match(output, /\(0028,0008\) IS \[7\]/);
  assert.match(output, new RegExp(`\\(7fe0,0010\\) OW .*# ${256 * 256 * 2 * 7},`));
});
