// Containers of Podman as a station's own user has them, without root: the way in which hospitals will run it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { CONTAINERS_CONF, makeBusyboxArchive, PODMAN_PEERS } from '../rig/podman.ts';
import { makeStation, ROOT, runProgram, type Ended, type TestStation } from '../rig/station.ts';
import { writeSmallStudy } from './small-study.ts';
import { listJobs, scan, sendTo } from './ticks.ts';

/** It closes a folder to everybody else, and goes on for as long as it takes to be looked at. */
const CORE = `
id -u
ls /data/input | wc -l
mkdir /output/below; echo "[]" > /output/below/kept
umask 077; mkdir /output/closed; echo kept > /output/closed/kept
sleep 2
umask 022; echo "[]" > /output/output.json
`;

/** A user who is made for the test and removed with all that is his. */
interface TestUser {
  readonly name: string;
  run(program: string, ...args: string[]): Promise<Ended>;
}

function canMakeUsers(t: TestContext): boolean {
  if (process.getuid?.() === 0) return true;
  t.skip('needs root, to make a user');
  return false;
}

async function makeUser(t: TestContext): Promise<TestUser> {
  const name = `dtstest${process.pid}`;
  const home = await mkdtemp(join(tmpdir(), 'dts-test-home-')); // removed below, after what lives in it has ended
  assert.equal(spawnSync('useradd', ['--home-dir', home, '--shell', '/bin/sh', name]).status, 0);
  const runtime = join(home, 'run');
  await mkdir(runtime, { mode: 0o700 });
  await writeFile(join(home, 'containers.conf'), CONTAINERS_CONF);
  await chmod(home, 0o755);
  assert.equal(spawnSync('chown', ['-R', `${name}:`, home]).status, 0);
  const env = [`HOME=${home}`, `XDG_RUNTIME_DIR=${runtime}`, `CONTAINERS_CONF=${join(home, 'containers.conf')}`,
    `PATH=${process.env['PATH']}`];
  const asUser = ['--reuid', name, '--regid', name, '--init-groups', '--', 'env', '--ignore-environment', ...env];
  const run = (program: string, ...args: string[]): Promise<Ended> => runProgram('setpriv', [...asUser, program, ...args]);
  t.after(async () => {
    await run('podman', 'rm', '--all', '--force', '--time', '0');
    await run('podman', 'unshare', 'rm', '-rf', join(home, '.local'));
    spawnSync('pkill', ['-KILL', '-u', name]); // podman keeps a process for its name space
    spawnSync('userdel', [name]);
    await rm(home, { recursive: true, force: true });
  });
  return { name, run };
}

/** A station with a job for each of the images, all of it the user's. */
async function makeStaged(t: TestContext, user: TestUser, images: readonly string[]): Promise<TestStation> {
  const names = images.map((_, number) => `Box${number}`);
  const station = await makeStation(t, {
    config: { Streams: names.map((name) => ({ name, trigger: { AETitleCalled: '^AICORE1$' } })) },
    statements: Object.fromEntries(names.map((name, number) => {
      return [name, { docker_image: images[number], command: ['sh', '-c', CORE] }];
    })),
  });
  const receiver = await station.startReceiver(t);
  const study = await writeSmallStudy(await temporaryFolder(t));
  await sendTo(station, [study.folder]);
  await scan(station);
  receiver.kill('SIGTERM');
  await chmod(station.root, 0o755);
  assert.equal(spawnSync('chown', ['-R', `${user.name}:`, station.root]).status, 0);
  return station;
}

test('an unprivileged station runs cores in containers, whichever user their image has', async (t) => {
  if (!requirePeer(t, ...PODMAN_PEERS, 'newuidmap', 'setpriv', 'storescu') || !canMakeUsers(t)) return;
  const user = await makeUser(t);
  const folder = await temporaryFolder(t);
  await chmod(folder, 0o755);
  const archive = await makeBusyboxArchive(folder);
  for (const [image, ...change] of [['localhost/plain:1'], ['localhost/own-user:1', '--change', 'USER 1234']]) {
    const imported = await user.run('podman', 'import', ...change, archive, image!);
    assert.equal(imported.status, 0, imported.stderr);
  }
  const station = await makeStaged(t, user, ['localhost/plain:1', 'localhost/own-user:1']);

  for (const { JobId } of await listJobs(station)) {
    const dts = [join(ROOT, 'bin', 'dts'), 'run-one-job', JobId, '--wait', '--config', station.config];
    const ran = await user.run(process.execPath, ...dts);
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
    const job = station.job('done', JobId);
    const uid = JobId.includes('Box1') ? '1234' : '0';
    assert.equal(await readFile(join(job.attemptFolder(1), 'stdout.log'), 'utf8'), `${uid}\n2\n`);
    // What another user wrote is the station's again: it can be read, and removed by a retry.
    const removed = await user.run('rm', '-r', job.output);
    assert.equal(removed.status, 0, removed.stderr);
  }
  assert.equal((await user.run('podman', 'ps', '--all', '--quiet')).stdout, '');
  assert.deepEqual(await readdir(station.layout.jobsIn('running')), []);
});
