// Runs a core in a container of Podman or Docker, which keeps it alive when the command that started it has ended.
//
// Exactly once: the engine gives a name to one container only, and starting happens under a lock that the kernel takes
// back from whoever dies. A container counts as long as the boot lasts in which it was started: after a reboot an
// engine cannot surely tell one that was cut off from one that ended, and output may not have reached the disk.

import { chmod } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import type { Failure } from '../job/failure.ts';
import { syncFile, syncTree } from '../spool/durable.ts';
import { AttemptFiles } from './attempt-files.ts';
import { runArguments, takesStationUser } from './container-arguments.ts';
import { askEngine, callEngine, type Container, findContainer, findRepoDigests } from './container-engine.ts';
import {
  beginContainerRecord, type ContainerRecord, readContainerRecord, writeContainerRecordDurable,
} from './container-record.ts';
import { ExecutorUnavailable } from './executor-unavailable.ts';
import type { CoreRun, CoreStarted, CoreState, Executor } from './executor.ts';
import { parseExitStatus } from './exit-status.ts';
import { trimLog } from './kept-log.ts';
import { readBootId } from '../host/process-table.ts';
import { startUnderLock, untilNobodyStarts } from './start-container.ts';

/** Time to end after SIGTERM, before SIGKILL. */
const GRACE_SECONDS = '5';

export const containerExecutor: Executor = { start, poll, cancel, collect };

async function start(run: CoreRun): Promise<CoreStarted | Failure> {
  const { runtime } = run.core;
  const files = new AttemptFiles(run.attemptFolder);
  const bootId = await readBootId();
  const record = await readContainerRecord(files);
  if (record !== undefined && (record.containerId !== undefined || !isHereAndNow(record, bootId))) {
    return startedAs(run, record);
  }
  const earlier = await findContainer(run);
  if (earlier !== 'none' && 'reason' in earlier) return earlier;
  if (earlier !== 'none' && !await isOfAttempt(run, files, earlier)) {
    // By its id, since by now the name may be that of this attempt's.
    const removed = await askEngine(runtime, 'rm', '--force', earlier.id);
    if (typeof removed !== 'string') return removed;
  }

  await beginContainerRecord(files, { host: hostname(), bootId });
  const begun = await readContainerRecord(files);
  if (begun !== undefined && begun.host !== hostname()) return startedAs(run, begun); // another was faster
  const user = userInfo();
  if (!takesStationUser(run, user)) await chmod(run.outputFolder, 0o770);
  const notStarted = await startUnderLock(run, runArguments(run, user, bootId));
  if (notStarted !== undefined) return notStarted;

  const container = await findContainer(run);
  if (container !== 'none' && 'reason' in container) return container;
  if (container !== 'none') await recordStarted(run, files, container);
  return startedAs(run, await readContainerRecord(files));
}

async function poll(run: CoreRun): Promise<CoreState> {
  const record = await readContainerRecord(new AttemptFiles(run.attemptFolder));
  if (record !== undefined && record.host !== hostname()) return { state: 'elsewhere', host: record.host };
  const bootId = await readBootId();
  const container = orUnavailable(await findContainer(run));
  if (record === undefined) return { state: 'not-started' }; // whatever there is, `start` knows what to do with it
  if (record.cancelled === true && container === 'none') return { state: 'vanished' };
  if (container === 'none' || !isOf(run, container)) {
    if (record.ended !== undefined) return endOf(record.ended); // collected, and not written down by who did it
    const wasThere = record.containerId !== undefined || record.bootId !== bootId;
    return { state: wasThere ? 'vanished' : 'not-started' };
  }
  if (container.bootId !== bootId) return { state: 'vanished' };
  switch (container.phase) {
    case 'created':
      return { state: 'not-started' };
    case 'alive':
      return { state: 'running' };
    case 'exited':
      return endOf(container);
  }
}

async function cancel(run: CoreRun): Promise<void> {
  const { runtime } = run.core;
  await giveUpStart(run);
  const container = orUnavailable(await findContainer(run));
  if (container === 'none' || !isOf(run, container)) return;
  if (container.phase === 'alive') {
    const stopped = await askEngine(runtime, 'stop', '-t', GRACE_SECONDS, container.id);
    // An engine that did not manage the grace may yet manage the plain kill.
    if (typeof stopped !== 'string') orUnavailable(await askEngine(runtime, 'kill', container.id));
  }
  await collect(run);
}

/** What has not been started never will be; what is just being started, by whoever was killed since, is waited for. */
async function giveUpStart(run: CoreRun): Promise<void> {
  const files = new AttemptFiles(run.attemptFolder);
  const record = await readContainerRecord(files);
  if (record === undefined || record.containerId !== undefined) return;
  await writeContainerRecordDurable(files, { ...record, cancelled: true });
  if (!await untilNobodyStarts(run, files)) throw new ExecutorUnavailable('another command is just starting it');
}

async function collect(run: CoreRun): Promise<void> {
  const { runtime } = run.core;
  const files = new AttemptFiles(run.attemptFolder);
  const container = orUnavailable(await findContainer(run));
  if (container === 'none' || !isOf(run, container)) return;
  const outputFiles = { stdout: files.stdout, stderr: files.stderr };
  const end = orUnavailable(await callEngine(runtime, [runtime, 'logs', container.id], { outputFiles }));
  if (end.exitCode !== 0) throw new ExecutorUnavailable(`${runtime} logs: exit code ${end.exitCode}`);
  for (const log of [files.stdout, files.stderr]) {
    await trimLog(log);
    await syncFile(log);
  }
  await takeBackOutput(run);
  await syncTree(run.outputFolder); // from here on its end is known whatever happens, and so must be what it wrote
  // Before it goes, so that it is never taken for one that there has not been, nor its end forgotten.
  await recordStarted(run, files, container);
  await recordEnded(files, container);
  // The commit point: the logs are kept, the container is no longer needed.
  orUnavailable(await askEngine(runtime, 'rm', '--force', container.id));
}

/** Adds to the record which container has been started, where that is not there yet. */
async function recordStarted(run: CoreRun, files: AttemptFiles, container: Container): Promise<void> {
  const record = await readContainerRecord(files);
  if (record?.containerId !== undefined) return;
  const { id: containerId, imageDigest, bootId } = container;
  const repoDigests = await findRepoDigests(run.core.runtime, imageDigest);
  await writeContainerRecordDurable(files, { host: hostname(), bootId, containerId, imageDigest, repoDigests });
}

/** Adds to the record how the container ended. One that was cancelled has an end too: that of the signal. */
async function recordEnded(files: AttemptFiles, { phase, exitCode, outOfMemory }: Container): Promise<void> {
  const record = await readContainerRecord(files);
  if (record === undefined || phase !== 'exited') return;
  await writeContainerRecordDurable(files, { ...record, ended: { exitCode, outOfMemory } });
}

/** With Podman without root, what an image's own user wrote is a subordinate user's; the station takes it over. */
async function takeBackOutput(run: CoreRun): Promise<void> {
  if (run.core.runtime !== 'podman' || userInfo().uid === 0) return;
  orUnavailable(await askEngine('podman', 'unshare', 'chown', '--recursive', '0:0', run.outputFolder));
}

function startedAs(run: CoreRun, record: ContainerRecord | undefined): CoreStarted {
  const imageDigest = record?.imageDigest;
  const handle = `${run.core.runtime} ${run.JobId}`;
  return { started: true, handle, ...(imageDigest === undefined ? {} : { imageDigest }) };
}

function isHereAndNow(record: ContainerRecord, bootId: string): boolean {
  return record.host === hostname() && record.bootId === bootId;
}

function isOf(run: CoreRun, container: Container): boolean {
  return container.attempt === String(run.attempt);
}

/**
 * Attempts of a job that a person has had run again are numbered anew: a container of the same number whose attempt has
 * no record is one that an earlier run has left. The record is looked at after it, since it is made before it.
 */
async function isOfAttempt(run: CoreRun, files: AttemptFiles, container: Container): Promise<boolean> {
  return isOf(run, container) && await readContainerRecord(files) !== undefined;
}

function endOf({ exitCode, outOfMemory }: Pick<Container, 'exitCode' | 'outOfMemory'>): CoreState {
  // The kernel may have taken a part of the core only, and the core may have coped with that. Not every engine notices
  // on every host; where it does not, SIGKILL is all that can be said.
  if (outOfMemory && exitCode !== 0) return { state: 'killed', signal: 'SIGKILL (out of memory)' };
  return parseExitStatus(exitCode);
}

/** An answer of the engine; what keeps it from giving one is thrown. */
function orUnavailable<Answer>(answer: Answer | Failure): Exclude<Answer, Failure> {
  if (!isFailure(answer)) return answer as Exclude<Answer, Failure>;
  if (answer.reason === 'runtime-missing') throw new ExecutorUnavailable(`${answer.runtime} is not installed`);
  throw new ExecutorUnavailable('text' in answer ? answer.text : answer.reason);
}

function isFailure(answer: unknown): answer is Failure {
  return typeof answer === 'object' && answer !== null && 'reason' in answer;
}
