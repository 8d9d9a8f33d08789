import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findStagedCores } from '../../src/flow/staged-cores.ts';
import { writeJsonDurable } from '../../src/spool/durable.ts';
import { findAttempt } from '../../src/spool/job-store.ts';
import { makeFlowStation, withCore } from './flow-station.ts';

test('a job that an older version staged, with one core, goes on', async (t) => {
  const station = await makeFlowStation(t, withCore('echo "[]" > $2/output.json'));
  const [JobId = ''] = await station.arrive();
  await station.advance(JobId, ['pending']);
  const folder = await station.folderOf(JobId);
  const cores = await findStagedCores(folder);
  await writeJsonDurable(folder.cores, cores?.[0]);
  await writeJsonDurable(folder.attempt, {
    attempt: 2, decidedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:01.000Z', outcome: 'exit 75',
  });
  assert.deepEqual(await findStagedCores(folder), cores);
  assert.deepEqual(await station.advance(JobId, ['staged', 'running', 'ran']).then(({ advance }) => advance), 'moved');
  const { attempt, core, attemptOfCore } = await findAttempt(await station.folderOf(JobId)) ?? {};
  assert.deepEqual({ attempt, core, attemptOfCore }, { attempt: 3, core: 1, attemptOfCore: 3 });
});
