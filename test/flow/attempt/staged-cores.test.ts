import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runArguments } from '../../../src/core/container-arguments.ts';
import { runOfCore } from '../../../src/flow/attempt/run-of-core.ts';
import { findCoreInTurn, findStagedCores } from '../../../src/flow/attempt/staged-cores.ts';
import { writeJsonDurable } from '../../../src/spool/durable.ts';
import { findAttempt, findJob } from '../../../src/spool/job-store.ts';
import { makeFlowStation, withCore } from '../flow-station.ts';

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

test('a container that an older version staged is started with what was not configurable then as it was', async (t) => {
  const configured = { executor: 'container', docker_image: 'example:1', command: [] };
  const station = await makeFlowStation(t, withCore('', configured));
  const [JobId = ''] = await station.arrive();
  await station.advance(JobId, ['pending']);
  const stored = await findJob(station.layout, 'staged', JobId);
  assert.ok(stored);
  const { folder } = stored;
  const cores = await findStagedCores(folder);
  const { readOnlyRoot, tmpfs, settings, retry, outputs, ...older } = cores?.[0] ?? assert.fail();
  const { maxBytes, maxInstances, SOPClassUIDs } = outputs;
  await writeJsonDurable(folder.cores, { ...older, outputs: { maxBytes, maxInstances, SOPClassUIDs } });
  assert.deepEqual(await findStagedCores(folder), cores);
  const core = await findCoreInTurn(folder) ?? assert.fail();
  assert.ok(runArguments(runOfCore(stored, core, 1, 1), { uid: 1, gid: 1 }, 'boot').includes('--read-only'));
});
