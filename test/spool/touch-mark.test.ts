import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { touchMark } from '../../src/spool/touch-mark.ts';
import { temporaryFolder } from '../rig/peers.ts';

test('a mark gets the time of the last touch to the millisecond, and is made where it is missing', async (t) => {
  const path = join(await temporaryFolder(t), 'mark');
  for (const time of ['2026-01-02T03:04:05.678Z', '2020-02-29T23:59:59.999Z', '2026-01-02T03:04:05.001Z']) {
    await touchMark(path, new Date(time));
    if (time.startsWith('2020')) assert.equal((await stat(path)).mtime.toISOString(), time);
  }
  assert.equal((await stat(path)).mtime.toISOString(), '2026-01-02T03:04:05.001Z');
  assert.equal((await stat(path)).mode & 0o777, 0o640);
  await assert.rejects(touchMark(join(path, 'below'), new Date()), { code: 'ENOTDIR' });
});
