// Says what the next step of a job would do, and does nothing: `run-one-job --dry-run`.

import { join } from 'node:path';
import type { CoreSpecification } from '../../config/core-specification.ts';
import { NEAREST_END_FIRST, type JobState } from '../../job/job-state.ts';
import { failureText } from '../../job/failure-text.ts';
import { nextAttempt } from '../../job/next-attempt.ts';
import { findAttempt, findClock, findJob, findJobState, listJobIds, type StoredJob } from '../../spool/job-store.ts';
import { listDirectory } from '../../spool/read.ts';
import { findStagedCores } from '../attempt/staged-cores.ts';
import type { Station } from '../station.ts';
import { whyJobWaits } from './why-job-waits.ts';

/** @param JobId absent: every job that is under way. @returns a line a fact, undefined where there is no such job */
export async function planJob(station: Station, JobId?: string): Promise<string[] | undefined> {
  if (JobId !== undefined) {
    const state = await findJobState(station.layout, JobId);
    return state === undefined ? undefined : planOne(station, state, JobId);
  }
  const lines: string[] = [];
  for (const state of NEAREST_END_FIRST) {
    for (const id of await listJobIds(station.layout, state)) lines.push(...await planOne(station, state, id));
  }
  return lines.length > 0 ? lines : ['no job is under way'];
}

async function planOne(station: Station, state: JobState, JobId: string): Promise<string[]> {
  const stored = await findJob(station.layout, state, JobId);
  if (stored === undefined) return [];
  const clock = await findClock(stored.folder);
  const waits = await whyJobWaits(station, state, JobId, { evenIfNotDue: true });
  const wait = [
    ...clock === undefined ? [] : [`  not before ${clock.notBefore}: ${failureText(clock.last)}`],
    ...waits === undefined ? [] : [`  waits ${waits}`],
  ];
  return [`${JobId}: ${state}`, ...wait, ...(await whatNext(station, stored)).map((line) => `  ${line}`)];
}

async function whatNext(station: Station, { state, job, folder }: StoredJob): Promise<string[]> {
  const stream = station.configuration.streams.find(({ name }) => name === job.stream);
  switch (state) {
    case 'pending': {
      const series = [];
      for (const { StudyInstanceUID, SeriesInstanceUID, NameFromSelect } of job.selected) {
        const instances = await listDirectory(station.layout.rawSeries(StudyInstanceUID, SeriesInstanceUID));
        series.push(`series ${SeriesInstanceUID} (${NameFromSelect}): ${instances.length} instances`);
      }
      if (job.instances !== undefined) return [`would relay ${job.instances.length} instances that have arrived`];
      const what = job.relay ? 'would relay' : `would stage into ${folder.data}`;
      return [what, ...series];
    }
    case 'staged': {
      const { core: place } = nextAttempt(await findAttempt(folder));
      const cores = await findStagedCores(folder) ?? [];
      const core = cores[place - 1];
      if (core === undefined) return ['would fail: it has no core any more'];
      const which = cores.length > 1 ? `core ${place} of ${cores.length}, ` : '';
      return [`would ${planOf(core, which)}`, `for at most ${core.timeoutSeconds} s`];
    }
    case 'running': return [`would look at its core; what it says: ${join(folder.path, 'attempts')}`];
    case 'ran': {
      const { core: place } = await findAttempt(folder) ?? { core: 1 };
      const cores = await findStagedCores(folder) ?? [];
      const { output } = folder.coreFolder(place);
      if (place >= cores.length) return [`would check ${output}`];
      return [`would check ${output} and make it the input of core ${place + 1} of ${cores.length}`];
    }
    case 'validated':
      return [`would make deliveries to ${stream?.destinations.map(({ name }) => name).join(', ') || 'nobody'}`];
    case 'forwarding': return ['would see whether its deliveries have ended; dts forward sends them'];
    case 'done': case 'failed': case 'held': case 'cancelled': return ['would do nothing'];
  }
}

function planOf(core: CoreSpecification, which: string): string {
  const command = core.command.length === 0 ? 'the image\'s own command' : JSON.stringify(core.command);
  switch (core.executor) {
    case 'container': return `start ${which}${core.runtime} image ${core.docker_image}: ${command}`;
    case 'process': return `start ${which}a process: ${command}`;
    case 'slurm': {
      const { runtime = 'process', partition = '' } = core.slurm ?? {};
      const what = runtime === 'process' ? 'a process' : `${runtime} image ${core.docker_image}`;
      return `submit ${which}${what} to Slurm${partition === '' ? '' : `, partition ${partition}`}: ${command}`;
    }
    case 'inference-server': {
      const { url = '', model = '' } = core.inferenceServer ?? {};
      return `send the input of ${which === '' ? 'its core' : which.replace(/, $/, '')} to ${url} for model ${model}`;
    }
  }
}
