// Podman with a store of its own and one image made of busybox: real containers without any registry.
//
// Other containers of the machine are neither seen nor touched, and nothing is left when it is removed.

import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findPeer } from './peers.ts';

/** What must be installed; runc, since crun refuses where cgroups are in the hybrid layout. */
export const PODMAN_PEERS = ['podman', 'runc', 'busybox', 'tar'];

export interface Podman {
  /** An image with every program of busybox, run as root. */
  readonly image: string;
  /** The same with a user of its own, 1234. */
  readonly imageWithUser: string;
  /** Runs podman to its end and gives what it printed; throws where it fails. */
  run(...args: string[]): string;
  /** Removes all containers, images and the store. */
  remove(): Promise<void>;
}

/**
 * Makes the store and the images. Podman finds it through two variables, set in the environment of this process.
 * @returns undefined where something that is needed is not installed; each test asks requirePeer for that.
 */
export async function makePodman(): Promise<Podman | undefined> {
  if (PODMAN_PEERS.some((name) => findPeer(name) === undefined)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'dts-podman-'));
  process.env['CONTAINERS_CONF'] = join(folder, 'containers.conf');
  process.env['CONTAINERS_STORAGE_CONF'] = join(folder, 'storage.conf');
  await writeFile(process.env['CONTAINERS_CONF'], CONTAINERS_CONF);
  await writeFile(process.env['CONTAINERS_STORAGE_CONF'], [
    '[storage]', 'driver = "vfs"', `runroot = "${folder}/run"`, `graphroot = "${folder}/store"`, '',
  ].join('\n'));

  const archive = await makeBusyboxArchive(folder);
  const run = (...args: string[]): string => runOrThrow('podman', ...args);
  run('import', archive, 'localhost/dts-test:1');
  run('import', '--change', 'USER 1234', archive, 'localhost/dts-test-user:1');
  return {
    image: 'localhost/dts-test:1',
    imageWithUser: 'localhost/dts-test-user:1',
    run,
    remove: async () => {
      run('rm', '--all', '--force', '--time', '0');
      await rm(folder, { recursive: true });
    },
  };
}

/** runc and low limits: what runs also where cgroups are hybrid and limits cannot be raised. */
export const CONTAINERS_CONF = `
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
`;

/** A root file system with every program of busybox, as a tar archive. */
export async function makeBusyboxArchive(folder: string): Promise<string> {
  const archive = join(folder, 'image.tar');
  await makeRootFileSystem(join(folder, 'image'));
  runOrThrow('tar', '-C', join(folder, 'image'), '-cf', archive, '.');
  return archive;
}

async function makeRootFileSystem(root: string): Promise<void> {
  const busybox = findPeer('busybox')!;
  await mkdir(join(root, 'bin'), { recursive: true });
  await cp(busybox, join(root, 'bin', 'busybox'), { dereference: true });
  for (const applet of runOrThrow('busybox', '--list').trim().split('\n').map((name) => basename(name))) {
    if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
  }
}

function runOrThrow(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(findPeer(program)!, args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${status}: ${stderr}`);
  return stdout;
}
