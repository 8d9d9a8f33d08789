// Runs a core in a container of Podman or Docker, which keeps it alive when the command that started it has ended.
//
// Exactly once: the engine gives a name to one container only, and starting happens under a lock that the kernel takes
// back from whoever dies. A container counts as long as the boot lasts in which it was started: after a reboot an
// engine cannot surely tell one that was cut off from one that ended, and output may not have reached the disk.

import { chmod } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import type { Failure } from '../job/failure.ts';
import { syncFile } from '../spool/durable.ts';
import { AttemptFiles } from './attempt-files.ts';
import { runArguments, takesStationUser } from './container-arguments.ts';
import {
  askEngine, callEngine, type Container, engineFailure, findContainer, findRepoDigests,
} from './container-engine.ts';
import { type ContainerRecord, readContainerRecord, writeContainerRecordDurable } from './container-record.ts';
import { ExecutorUnavailable } from './executor-unavailable.ts';
import type { CoreRun, CoreStarted, CoreState, Executor } from './executor.ts';
import { parseExitStatus } from './exit-status.ts';
import { trimLog } from './kept-log.ts';
import { readBootId } from './process-table.ts';

/** Time to end after SIGTERM, before SIGKILL. */
const GRACE_SECONDS = '5';
/** Time to wait for another who is just starting the same container; less than a call to the engine may take. */
const LOCK_SECONDS = '45';
const LOCKED_OUT = 75;

/**
 * Makes and starts the container, or starts the one that was made and never started; an existing other one stays.
 * Under flock(1), so that nobody starts it between the question and the deed. With --close nothing that lives on, such
 * as the container's monitor, keeps the lock.
 */
const START_SCRIPT = `
case $("$1" container inspect --format '{{.State.Status}}' "$2" 2> /dev/null) in
  created | configured | initialized) exec "$1" start "$2" ;;
  '') engine=$1; shift 2; exec "$engine" "$@" ;;
esac
`;

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
  if (earlier !== 'none' && !isOf(run, earlier)) {
    // By its id, since by now the name may be that of this attempt's.
    const removed = await askEngine(runtime, 'rm', '--force', earlier.id);
    if (typeof removed !== 'string') return removed;
  }

  const intent: ContainerRecord = { host: hostname(), bootId };
  await writeContainerRecordDurable(files, intent);
  const user = userInfo();
  if (!takesStationUser(run, user)) await chmod(run.outputFolder, 0o770);
  const notStarted = await startUnderLock(run, files, runArguments(run, user, bootId));
  if (notStarted !== undefined) return notStarted;

  const container = await findContainer(run);
  if (container === 'none') return { reason: 'core-not-started', text: `${runtime} has lost the container` };
  if ('reason' in container) return container;
  const { id: containerId, imageDigest } = container;
  const repoDigests = await findRepoDigests(runtime, imageDigest);
  await writeContainerRecordDurable(files, { ...intent, containerId, imageDigest, repoDigests });
  return startedAs(run, { ...intent, containerId, imageDigest });
}

async function poll(run: CoreRun): Promise<CoreState> {
  const record = await readContainerRecord(new AttemptFiles(run.attemptFolder));
  if (record !== undefined && record.host !== hostname()) return { state: 'elsewhere', host: record.host };
  const bootId = await readBootId();
  const container = orUnavailable(await findContainer(run));
  if (container === 'none' || !isOf(run, container)) {
    const wasThere = record !== undefined && (record.containerId !== undefined || record.bootId !== bootId);
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
  const container = orUnavailable(await findContainer(run));
  if (container === 'none' || !isOf(run, container)) return;
  if (container.phase === 'alive') {
    const stopped = await askEngine(runtime, 'stop', '--time', GRACE_SECONDS, container.id);
    // An engine that did not manage the grace may yet manage the plain kill.
    if (typeof stopped !== 'string') orUnavailable(await askEngine(runtime, 'kill', container.id));
  }
  await collect(run);
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
  // The commit point: the logs are kept, the container is no longer needed.
  orUnavailable(await askEngine(runtime, 'rm', '--force', container.id));
}

/** @returns why the container was not started, undefined where it was, by this call or another. */
async function startUnderLock(
  run: CoreRun,
  files: AttemptFiles,
  args: readonly string[],
): Promise<Failure | undefined> {
  const { runtime, docker_image: image, command } = run.core;
  const end = await callEngine(runtime, [
    'flock', '--close', '--wait', LOCK_SECONDS, '--conflict-exit-code', String(LOCKED_OUT), files.startLock,
    '/bin/sh', '-c', START_SCRIPT, 'dts-core', runtime, run.JobId, ...args,
  ]);
  if ('reason' in end) return end;
  if (end.exitCode === 0) return undefined;
  if (end.exitCode === LOCKED_OUT) return { reason: 'core-not-started', text: 'another command is just starting it' };

  // Without force: what has begun after all is not removed.
  const left = await findContainer(run);
  if (left !== 'none' && 'id' in left && left.phase === 'created') await askEngine(runtime, 'rm', left.id);
  const known = await askEngine(runtime, 'image', 'inspect', image);
  if (typeof known !== 'string') return { reason: 'image-missing', image, runtime };
  // Not 126: by that an engine says that it was refused something itself, too.
  if (end.exitCode === 127) return { reason: 'program-missing', program: command[0] ?? image };
  return engineFailure(runtime, end);
}

function startedAs(run: CoreRun, { imageDigest }: ContainerRecord): CoreStarted {
  return {
    started: true,
    handle: `${run.core.runtime} ${run.JobId}`,
    ...(imageDigest === undefined ? {} : { imageDigest }),
  };
}

function isHereAndNow(record: ContainerRecord, bootId: string): boolean {
  return record.host === hostname() && record.bootId === bootId;
}

function isOf(run: CoreRun, container: Container): boolean {
  return container.attempt === String(run.attempt);
}

function endOf({ exitCode, outOfMemory }: Container): CoreState {
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
