// Starts the container of an attempt, once, whoever else is about to do the same and whoever was killed while doing so.

import type { Failure } from '../job/failure.ts';
import { AttemptFiles } from './attempt-files.ts';
import { askEngine, callEngine, engineFailure, findContainer } from './container-engine.ts';
import type { CoreRun } from './executor.ts';

/** Time to wait for another who is just starting the same container; less than a call to the engine may take. */
const LOCK_SECONDS = '45';
const LOCKED_OUT = 75;

/**
 * Makes and starts the container, or starts the one that was made and never started; an existing other one stays, and
 * where the record ($3) says that there was one, or that none is wanted any more, none is made. Asked in this order,
 * since what is removed has been recorded before. Under flock(1), so that nobody starts it between the question and the
 * deed; with --close nothing that lives on, such as the container's monitor, keeps the lock.
 */
const START_SCRIPT = `
case $("$1" container inspect --format '{{.State.Status}}' "$2" 2> /dev/null) in
  created | configured | initialized)
    grep -q '"cancelled"' "$3" && exit 0
    exec "$1" start "$2"
    ;;
  '')
    grep -q -e '"containerId"' -e '"cancelled"' "$3" && exit 0
    engine=$1
    shift 3
    exec "$engine" "$@"
    ;;
esac
`;

/**
 * Makes and starts the container of an attempt unless that was done before.
 * @param args `run` with its arguments, see runArguments.
 * @returns why the container was not started, undefined where it was, by this call or another.
 */
export async function startUnderLock(run: CoreRun, args: readonly string[]): Promise<Failure | undefined> {
  const files = new AttemptFiles(run.attemptFolder);
  const { runtime, docker_image: image, command } = run.core;
  const end = await callEngine(runtime, [
    'flock', '--close', '--wait', LOCK_SECONDS, '--conflict-exit-code', String(LOCKED_OUT), files.startLock,
    '/bin/sh', '-c', START_SCRIPT, 'dts-core', runtime, run.JobId, files.container, ...args,
  ]);
  if ('reason' in end) return end;
  if (end.exitCode === 0) return undefined;
  if (end.exitCode === LOCKED_OUT) return { reason: 'core-not-started', text: 'another command is just starting it' };

  const left = await findContainer(run);
  if (left !== 'none' && 'reason' in left) return left;
  // Without force: what has begun after all is not removed.
  if (left !== 'none' && left.phase === 'created') await askEngine(runtime, 'rm', left.id);
  const known = await askEngine(runtime, 'image', 'inspect', image);
  if (typeof known !== 'string') {
    const others = await askEngine(runtime, 'image', 'ls', '--quiet'); // an engine that answers this knows its images
    return typeof others === 'string' ? { reason: 'image-missing', image, runtime } : others;
  }
  // Not 126: by that an engine says that it was refused something itself, too.
  if (end.exitCode === 127) return { reason: 'program-missing', program: command[0] ?? image };
  return engineFailure(runtime, end);
}

/** Waits until nobody is starting the container of the attempt. @returns false where somebody still is */
export async function untilNobodyStarts(run: CoreRun, files: AttemptFiles): Promise<boolean> {
  const end = await callEngine(run.core.runtime, ['flock', '--close', '--wait', LOCK_SECONDS, files.startLock, 'true']);
  return 'exitCode' in end && end.exitCode === 0;
}
