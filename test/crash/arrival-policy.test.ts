// scan-arrived, killed at each step while streams wait, take over, supersede and hold. Only the killed run is a process
// of its own; the runs that carry on are in this one.

import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadConfiguration } from '../../src/config/load.ts';
import { releaseStudies } from '../../src/flow/arrival/release-studies.ts';
import { JOB_STATES } from '../../src/job/job-state.ts';
import { nothingArrives } from '../../src/spool/idle.ts';
import { findJob, listJobIds } from '../../src/spool/job-store.ts';
import { listDirectory } from '../../src/spool/read.ts';
import { FlowStation, STUDY } from '../flow/flow-station.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { makeStation, runProgram, type TestStation } from '../rig/station.ts';
import { pathsBelow } from './data-tree.ts';
import { generalize, isTemporary } from './kill-at-each-step.ts';
import { publishMatrix, type Row } from './matrix.ts';

const MOST_STEPS = 200;

type Entry = Readonly<Record<string, unknown>>;

class PolicyCrash {
  readonly command: TestStation;
  readonly flow: FlowStation;
  readonly #outside: string;

  constructor(command: TestStation, flow: FlowStation, outside: string) {
    this.command = command;
    this.flow = flow;
    this.#outside = outside;
  }

  get datadir(): string { return this.flow.layout.datadir; }

  static async make(t: TestContext, streams: Readonly<Record<string, Entry>>): Promise<PolicyCrash> {
    const outside = await temporaryFolder(t);
    const command = await makeStation(t, {
      config: { Streams: Object.entries(streams).map(([name, entry]) => {
        return { name, trigger: {}, 'trigger-study': [{ type: 'job' }], ...entry };
      }) },
      statements: Object.fromEntries(Object.keys(streams).map((name) => [name, { executor: 'process', command: ['true'] }])),
    });
    const loaded = await loadConfiguration(command.config);
    if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
    const { configuration } = loaded;
    return new PolicyCrash(command, new FlowStation({ configuration, layout: command.layout }), outside);
  }

  /** Another instance of the study, which came in so many seconds ago. */
  async arrive(InstanceNumber: number, secondsAgo: number): Promise<void> {
    await this.flow.archive({ InstanceNumber, SOPInstanceUID: `${STUDY}.1.${InstanceNumber}` });
    await this.flow.mark({}, new Date(Date.now() - secondsAgo * 1000));
  }

  /** `stream state` of every job. */
  async jobs(): Promise<string[]> {
    const found: string[] = [];
    for (const state of JOB_STATES) {
      for (const JobId of await listJobIds(this.flow.layout, state)) {
        const stored = await findJob(this.flow.layout, state, JobId);
        found.push(`${stored?.job.stream} ${state}`);
      }
    }
    return found.sort();
  }

  /**
   * Kills a scan at each of its steps in turn, from what lies there now; `after` carries on and says what does not hold.
   * @param title of the section in the matrix
   */
  async killAtEachStep(title: string, leastSteps: number, after: () => Promise<string[]>): Promise<void> {
    const kept = join(this.#outside, 'kept');
    await copyTree(this.datadir, kept);
    const rows: Row[] = [];
    for (let number = 1; number < MOST_STEPS; number += 1) {
      await copyTree(kept, this.datadir);
      const trace = join(this.#outside, 'trace');
      await rm(trace, { force: true });
      const env = { DTS_FAILPOINT: String(number), DTS_FAILPOINT_TRACE: trace };
      const { signal, status, stderr } = await this.command.dts(['scan-arrived'], { env });
      const isKilled = signal === 'SIGKILL';
      assert.ok(isKilled || status === 0, stderr);
      const step = isKilled ? generalize(this, (await readFile(trace, 'utf8')).trim().split('\n').at(-1) ?? '') : 'not killed';
      const left = isKilled ? (await pathsBelow(this.datadir)).filter(isTemporary) : [];
      this.flow.happened.length = 0;
      const violations = await after();
      rows.push({
        number: isKilled ? number : undefined, step, left: [...new Set(left.map((path) => generalize(this, path)))],
        recovery: this.flow.happened.map(({ event }) => event), log: [], sentTwice: 0, violations,
      });
      if (!isKilled) break;
    }
    publishMatrix(title, rows);
    assert.deepEqual(rows.flatMap(({ step, violations }) => violations.map((text) => `${step}: ${text}`)), []);
    assert.ok(rows.length > leastSteps, `only ${rows.length - 1} steps`);
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  const { status, stderr } = await runProgram('cp', ['-a', from, to]);
  assert.equal(status, 0, stderr);
}

test('one job stands for all that came while a stream waited, and one supersedes the other, wherever a scan is killed', async (t) => {
  const crash = await PolicyCrash.make(t, {
    Quick: { lateArrivals: 'supersede' }, Waiting: { expect: { instances: 9, within: 86_400 } },
  });
  const { flow } = crash;
  await crash.arrive(1, 100);
  await flow.scan();
  assert.deepEqual(await crash.jobs(), ['Quick pending']);
  await crash.arrive(2, 50);

  await crash.killAtEachStep('scan-arrived, of a study that streams wait for', 20, async () => {
    await flow.scan();
    await flow.scan();
    const waiting = await crash.jobs();
    const violations = waiting.some((job) => job.startsWith('Waiting')) ? [`did not wait: ${waiting.join()}`] : [];
    await releaseStudies(flow, STUDY, 'a person');
    await flow.scan();
    if (!nothingArrives(flow.layout)) violations.push(`left: ${await listDirectory(flow.layout.claimed)}`);
    const jobs = (await crash.jobs()).join();
    if (jobs !== 'Quick cancelled,Quick pending,Waiting pending') violations.push(`jobs: ${jobs}`);
    return violations;
  });
});

test('a study that is released has one job, held for a person, wherever a scan is killed', async (t) => {
  const crash = await PolicyCrash.make(t, {
    Held: { onIncomplete: 'hold', expect: { instances: 9, within: 86_400 } }, Slow: { timeout: 86_400 },
  });
  const { flow } = crash;
  await crash.arrive(1, 100);
  await flow.scan();
  assert.deepEqual(await crash.jobs(), []);
  await releaseStudies(flow, STUDY, 'a person');

  await crash.killAtEachStep('scan-arrived, of a study that is released', 20, async () => {
    await flow.scan();
    const violations = nothingArrives(flow.layout) ? [] : [`left: ${await listDirectory(flow.layout.claimed)}`];
    const jobs = (await crash.jobs()).join();
    if (jobs !== 'Held held,Slow pending') violations.push(`jobs: ${jobs}`);
    return violations;
  });
});
