// The command line that starts a core in a container, for Podman and for Docker. Pure: nothing here is run.
//
// The container gets no network and a read-only root unless the core asks for others, no capabilities, no way to gain
// any, no more memory, processors and processes than configured, and sees of the host /data (read-only) and /output
// only. How much it writes there is for the caller to watch: with Podman, any --ulimit here would undo those that the
// administrator has set for containers.
//
// Whose rights the core has:
// - Podman without root: root inside is the station's own user outside, so the image keeps its user. An image with a
//   user of its own runs as one of the subordinate users.
// - The station as root: the image keeps its user as well.
//   In both cases group 0 inside is the station's group outside: with it added, also a user of the image's own can read
//   /data (mode 0640) and write /output (made 0770), without any mode being widened for others.
// - Docker through the group `docker`: root inside would be root outside, and its files could be neither read nor
//   removed by the station. So the core runs as the station's user and group, with HOME=/tmp, for want of a home.

import { KEPT_LOG_BYTES } from './kept-log.ts';
import { coreEnvironment } from './environment.ts';
import type { CoreRun } from './executor.ts';
import { CONTAINER_FOLDERS, fillPlaceholders } from './placeholders.ts';

/** How a container is found again and told from those of earlier attempts and earlier boots. */
export const LABELS = { job: 'dts.job', attempt: 'dts.attempt', stream: 'dts.stream', boot: 'dts.boot' } as const;

/** The user that the station runs as. */
export interface StationUser {
  readonly uid: number;
  readonly gid: number;
}

/** Processes and threads; frameworks start one thread a core in each of several pools, runaways start thousands. */
const MAX_PROCESSES = 4096;
/** Shared memory for the workers of a framework; what is used of it counts as memory of the container. */
const SHARED_MEMORY = '1g';
/** Where a MONAI application keeps what its operators hand on; by itself it would do so in a folder of the image. */
export const SCRATCH: Record<string, string> = { MONAI_WORKDIR: '/tmp' };
const TMPFS = ['/tmp', '/var/tmp', '/run'];
/** Scratch space; counts as memory, too. `exec`, since frameworks compile kernels there and load them. */
const TMPFS_OPTIONS = 'rw,exec,nosuid,nodev,mode=1777';

/** Whether the core runs as the station's user instead of the image's. */
export function takesStationUser(run: CoreRun, user: StationUser): boolean {
  return run.core.runtime === 'docker' && user.uid !== 0;
}

/** `run` and its arguments, up to and including the core's command. */
export function runArguments(run: CoreRun, user: StationUser, bootId: string): string[] {
  return [
    'run', '--detach', `--name=${run.JobId}`,
    `--label=${LABELS.job}=${run.JobId}`,
    `--label=${LABELS.attempt}=${run.attempt}`,
    `--label=${LABELS.stream}=${run.stream}`,
    `--label=${LABELS.boot}=${bootId}`,
    ...gpuArguments(run),
    ...logArguments(run),
    ...confinementArguments(run, user),
    ...imageArguments(run),
  ];
}

/** What the core may do and see, wherever its container runs. */
export function confinementArguments(run: CoreRun, user: StationUser): string[] {
  const { core } = run;
  return [
    '--pull=never',
    `--network=${core.network}`,
    '--cap-drop=ALL', '--security-opt=no-new-privileges', ...(core.readOnlyRoot ? ['--read-only'] : []),
    ...new Set([...TMPFS, ...core.tmpfs].map((path) => `--tmpfs=${path}:${TMPFS_OPTIONS}`)),
    `--shm-size=${SHARED_MEMORY}`,
    `--memory=${core.memoryBytes}b`, `--memory-swap=${core.memoryBytes}b`,
    `--cpus=${core.cpus}`, `--pids-limit=${MAX_PROCESSES}`,
    ...userArguments(run, user),
    `--volume=${run.dataFolder}:${CONTAINER_FOLDERS.data}:ro`,
    `--volume=${run.outputFolder}:${CONTAINER_FOLDERS.output}:rw`,
    ...Object.entries(environment(run, user)).map(([name, value]) => `--env=${name}=${value}`),
  ];
}

/** The image, and the core's command where it has one of its own. */
export function imageArguments({ core }: CoreRun): string[] {
  return [core.docker_image, ...fillPlaceholders(core.command, CONTAINER_FOLDERS)];
}

function environment(run: CoreRun, user: StationUser): Record<string, string> {
  const home: Record<string, string> = takesStationUser(run, user) ? { HOME: '/tmp' } : {};
  return { ...home, ...SCRATCH, ...coreEnvironment(run, CONTAINER_FOLDERS) };
}

function userArguments(run: CoreRun, user: StationUser): string[] {
  return takesStationUser(run, user) ? [`--user=${user.uid}:${user.gid}`] : ['--group-add=0'];
}

/** Those that the attempt was given. Docker splits its argument at commas, but not within quotes. */
function gpuArguments({ core, gpus }: CoreRun): string[] {
  if (gpus.length === 0) return [];
  switch (core.runtime) {
    case 'docker':
      return [`--gpus="device=${gpus.join(',')}"`];
    case 'podman':
      return gpus.map((index) => `--device=nvidia.com/gpu=${index}`); // Container Device Interface
  }
}

/** Logs that keep their last part and can be read afterwards, whatever the engine's default is. */
function logArguments(run: CoreRun): string[] {
  switch (run.core.runtime) {
    case 'docker':
      return ['--log-driver=json-file', `--log-opt=max-size=${KEPT_LOG_BYTES}`, '--log-opt=max-file=2'];
    case 'podman':
      return ['--log-driver=k8s-file', `--log-opt=max-size=${KEPT_LOG_BYTES}`];
  }
}
