// Many `dts run-one-job` at once, and cores of random sizes: the cores themselves note when they run, and at no moment do
// they have more together than the host may give. Another seed: DTS_SEED.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfiguration } from '../../src/config/load.ts';
import { listJobIds } from '../../src/spool/job-store.ts';
import { FlowStation } from '../flow/flow-station.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { makeRandom } from '../rig/random.ts';
import { makeStation } from '../rig/station.ts';

const SEED = Number(process.env['DTS_SEED'] ?? 20_261_120);
const STREAMS = 6;
const JOBS = 30;
const PROCESSES = 6;
const LIMITS = { jobs: 4, memory: '8g', cpus: 4, gpus: 3 };

/** What a core needs, in GiB and whole and half CPUs. */
interface Size {
  readonly memory: number;
  readonly cpus: number;
  readonly gpus: number;
}

test('cores of random sizes never have more together than there is, and every one of them runs', async (t) => {
  t.diagnostic(`DTS_SEED=${SEED}`);
  const random = makeRandom(SEED);
  const pick = (most: number): number => Math.floor(random() * (most + 1));
  const sizes = new Map<string, Size>(Array.from({ length: STREAMS }, (_, index) => {
    return [`S${index}`, { memory: 1 + pick(5), cpus: 0.5 + pick(4) / 2, gpus: pick(2) }];
  }));
  const notes = join(await temporaryFolder(t), 'notes');
  const script = 'echo "begin $DTS_STREAM $DTS_JOB_ID $CUDA_VISIBLE_DEVICES" >> "$0"; sleep "$1"; '
    + 'echo "end $DTS_STREAM $DTS_JOB_ID $CUDA_VISIBLE_DEVICES" >> "$0"; echo [] > "$2/output.json"';
  const station = await makeStation(t, {
    config: {
      limits: { minFreeBytes: 0, minFreePercent: 0, ...LIMITS },
      Streams: [...sizes.keys()].map((name) => ({
        name, trigger: { AETitleCalled: `^${name}$` }, 'trigger-study': [{ type: 'job' }],
        priority: ['urgent', 'normal', 'offpeak'][pick(2)],
      })),
    },
    statements: Object.fromEntries([...sizes].map(([name, { memory, ...size }]) => [name, {
      executor: 'process', memory: `${memory}g`, ...size,
      command: ['/bin/sh', '-c', script, notes, (0.2 + random()).toFixed(2), '{output}'],
    }])),
  });
  const loaded = await loadConfiguration(station.config);
  assert.ok('configuration' in loaded, JSON.stringify(loaded));
  const flow = new FlowStation({ configuration: loaded.configuration, layout: station.layout });
  for (let number = 1; number <= JOBS; number += 1) {
    const StudyInstanceUID = `1.2.${process.pid}.${number}`;
    await flow.archive({ StudyInstanceUID, SOPInstanceUID: `${StudyInstanceUID}.1` });
    await flow.mark({ StudyInstanceUID, calledAETitle: `S${pick(STREAMS - 1)}` });
  }
  await flow.scan();

  const words = ['run-one-job', '--all', '--for', '120s', '--every', '100ms'];
  const processes = Array.from({ length: PROCESSES }, () => station.start(t, words));
  const ended = processes.map((child) => once(child, 'close'));
  for (const giveUpAt = Date.now() + 110_000; (await listJobIds(station.layout, 'done')).length < JOBS;) {
    assert.ok(Date.now() < giveUpAt, `${JOBS} jobs are not done`);
    assert.deepEqual(await listJobIds(station.layout, 'failed'), []);
    await delay(100);
  }
  for (const child of processes) child.kill('SIGTERM');
  await Promise.all(ended);

  const running = new Map<string, Size & { readonly indexes: readonly string[] }>();
  let most = 0;
  for (const line of (await readFile(notes, 'utf8')).trimEnd().split('\n')) {
    const [deed, stream = '', JobId = '', gpus = ''] = line.split(' ');
    if (deed === 'end') {
      assert.ok(running.delete(JobId), `${JobId} ended twice`);
      continue;
    }
    assert.ok(!running.has(JobId), `${JobId} runs twice`);
    const size = sizes.get(stream);
    assert.ok(size !== undefined);
    running.set(JobId, { ...size, indexes: gpus === '' ? [] : gpus.split(',') });
    const all = [...running.values()];
    const sum = (key: keyof Size): number => all.reduce((total, one) => total + one[key], 0);
    assert.ok(all.length <= LIMITS.jobs && sum('memory') <= 8 && sum('cpus') <= LIMITS.cpus && sum('gpus') <= LIMITS.gpus,
      `too much at once: ${JSON.stringify(all)}`);
    const indexes = all.flatMap((one) => one.indexes);
    assert.equal(new Set(indexes).size, indexes.length, `a GPU is given twice: ${JSON.stringify(all)}`);
    for (const one of all) assert.equal(one.indexes.length, one.gpus, 'a core has the GPUs that it asks for');
    most = Math.max(most, all.length);
  }
  assert.equal(running.size, 0);
  assert.ok(most > 1, 'some ran side by side');
});
