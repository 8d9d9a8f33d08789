// What cron does, done by a test: the station's commands one after the other, until what the test waits for has come.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobReport } from '../../src/flow/job/job-report.ts';
import { ACTIVE_JOB_STATES, type JobState } from '../../src/job/job-state.ts';
import type { Job } from '../../src/job/job.ts';
import { runPeer } from '../rig/peers.ts';
import type { TestStation } from '../rig/station.ts';

/** Nothing that these tests wait for takes longer; a machine that is busy with other things is slow. */
const LONGEST_SECONDS = 90;
const ASK_EVERY_MILLISECONDS = 20;

export type ListedJob = Job & { readonly state: JobState };

/** Sends files or folders with storescu on one association. */
export async function sendTo(
  station: TestStation, paths: readonly string[],
  { calling = 'MODALITY', called = 'AICORE1', args = [] as readonly string[] } = {},
): Promise<void> {
  const words = ['-aet', calling, '-aec', called, ...args, '+sd', '+r', '127.0.0.1', String(station.port), ...paths];
  const { exitCode, output } = await runPeer('storescu', words);
  assert.equal(exitCode, 0, output);
}

/** One `scan-arrived`, which has nothing to say. */
export async function scan(station: TestStation): Promise<void> {
  const { status, stdout, stderr } = await station.dts(['scan-arrived']);
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
}

export async function listJobs(station: TestStation): Promise<ListedJob[]> {
  return readJson<ListedJob[]>(station, ['jobs', 'list']);
}

/** The only job of a stream, or of the station. */
export async function theJob(station: TestStation, stream?: string): Promise<ListedJob> {
  const jobs = (await listJobs(station)).filter((job) => stream === undefined || job.stream === stream);
  assert.equal(jobs.length, 1, JSON.stringify(jobs));
  return jobs[0]!;
}

/** All that `jobs show` knows of a job. */
export async function showJob(station: TestStation, JobId: string): Promise<JobReport> {
  const [report] = await readJson<JobReport[]>(station, ['jobs', 'show', JobId]);
  assert.ok(report !== undefined);
  return report;
}

/** What a subcommand says with --json. */
export async function readJson<Content>(station: TestStation, words: readonly string[]): Promise<Content> {
  const { stdout, stderr } = await station.dts([...words, '--json']);
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Content;
}

/** `run-one-job --all` until every job has ended or waits for its deliveries. */
export async function runJobs(station: TestStation): Promise<void> {
  await until('the end of every job', async () => {
    await station.dts(['run-one-job', '--all']);
    const jobs = await listJobs(station);
    const isActive = (state: JobState) => (ACTIVE_JOB_STATES as readonly JobState[]).includes(state);
    return jobs.every(({ state }) => state === 'forwarding' || !isActive(state));
  });
}

/** A whole tick of cron, from what has arrived to what has left. */
export async function advanceAll(station: TestStation): Promise<void> {
  await scan(station);
  await runJobs(station);
  await station.dts(['forward']);
}

/** Asks again and again until the answer is yes. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LONGEST_SECONDS * 1000;
  while (!await isSo()) {
    assert.ok(Date.now() < deadline, `no ${what} in ${LONGEST_SECONDS} s`);
    await delay(ASK_EVERY_MILLISECONDS);
  }
}
