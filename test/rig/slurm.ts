// A Slurm cluster of one node on this machine: munged, slurmctld and slurmd with folders, ports and a key of their own.
//
// Other clusters of the machine are neither seen nor touched, and nothing is left when it is stopped. The same for root
// and for an ordinary user, who then is the cluster's user.

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findPeer, freePort, startProgram, type RunningProgram } from './peers.ts';
import { ACCOUNTING_PEERS, planAccounting } from './slurm-accounting.ts';

/** What must be installed. */
export const SLURM_PEERS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel', 'scontrol', 'sinfo'];

const READY_SECONDS = 60;
const END_SECONDS = 40;
const LOOK_MILLISECONDS = 50;

export interface SlurmOptions {
  /** Lines for slurm.conf beside those that are there. */
  readonly lines?: readonly string[];
  /** Whether ended jobs are kept in a database, see slurm-accounting.ts. */
  readonly withAccounting?: boolean;
}

export interface Slurm {
  /** The folder of the cluster; logs of the daemons lie in it. */
  readonly folder: string;
  /** Runs one of Slurm's commands to its end and gives what it printed; throws where it fails. */
  run(...command: readonly [string, ...string[]]): string;
  /** Waits until the node takes jobs. */
  untilReady(): Promise<void>;
  /** Kills a daemon as a power loss would. */
  kill(daemon: 'slurmctld' | 'slurmd'): Promise<void>;
  /** Starts it again. */
  start(daemon: 'slurmctld' | 'slurmd'): Promise<void>;
  /** Has the controller begin anew, knowing of no job. */
  forget(): Promise<void>;
  /** Ends all jobs and daemons and removes the folder. */
  remove(): Promise<void>;
}

/**
 * Starts the cluster. Slurm's commands find it through a variable, set in the environment of this process.
 * @returns undefined where something that is needed is not installed; each test asks requirePeer for that.
 */
export async function makeSlurm(
  { lines = [], withAccounting = false }: SlurmOptions = {},
): Promise<Slurm | undefined> {
  const peers = [...SLURM_PEERS, ...(withAccounting ? ACCOUNTING_PEERS : [])];
  if (peers.some((name) => findPeer(name) === undefined)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'dts-slurm-'));
  const ports = { slurmctld: await freePort(), slurmd: await freePort() };
  for (const name of ['state', 'spool']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'munge.key'), randomBytes(128), { mode: 0o600 });
  process.env['SLURM_CONF'] = join(folder, 'slurm.conf');
  const accounting = withAccounting ? await planAccounting(folder) : undefined;
  await writeFile(process.env['SLURM_CONF'], [
    ...configuration(folder, ports), ...accounting?.lines ?? [], ...lines, '',
  ].join('\n'));

  const running = new Map<string, RunningProgram>();
  const start = (name: string, ...args: string[]): RunningProgram => {
    const program = startProgram(name, args);
    running.set(name, program);
    return program;
  };
  const run: Slurm['run'] = (program, ...args) => {
    const { status, stdout, stderr } = spawnSync(findPeer(program)!, args, { encoding: 'utf8', timeout: 60_000 });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${status}: ${stderr}`);
    return stdout;
  };
  const slurm: Slurm = {
    folder, run,
    async untilReady() {
      const deadline = Date.now() + READY_SECONDS * 1000;
      for (let said = ''; !/^(idle|mix|alloc)/.test(said);) {
        if (Date.now() > deadline) throw new Error(`not ready: ${said}${running.get('slurmctld')?.output()}`);
        const { stdout, stderr } = spawnSync(findPeer('sinfo')!, ['--noheader', '--format=%t'], { encoding: 'utf8' });
        said = stdout.trim() || stderr;
        // A controller that was killed may have forgotten that a job began, and closes the node that has it.
        if (/^dr/.test(said)) spawnSync(findPeer('scontrol')!, ['update', `NodeName=${hostname()}`, 'State=RESUME']);
        await delay(LOOK_MILLISECONDS);
      }
    },
    async kill(daemon) {
      const { child, ended } = running.get(daemon)!;
      child.kill('SIGKILL');
      await ended;
    },
    async start(daemon) {
      start(daemon, '-D');
      await slurm.untilReady();
    },
    async forget() {
      await slurm.kill('slurmctld');
      start('slurmctld', '-D', '-c');
      await slurm.untilReady();
    },
    async remove() {
      await endAllJobs();
      for (const one of [...running.values()].reverse()) await one.stop();
      await rm(folder, { recursive: true });
    },
  };

  try {
    start('munged', '--foreground', '--force', `--socket=${folder}/munge.socket`, `--key-file=${folder}/munge.key`,
      `--log-file=${folder}/munged.log`, `--pid-file=${folder}/munged.pid`, `--seed-file=${folder}/munged.seed`);
    await accounting?.start(start);
    start('slurmctld', '-D', '-c');
    start('slurmd', '-D', '-c');
    await slurm.untilReady();
    return slurm;
  } catch (error) {
    await slurm.remove();
    throw error;
  }
}

/** So that no step of a job outlives the node. A controller that does not answer has none that could be waited for. */
async function endAllJobs(): Promise<void> {
  const deadline = Date.now() + END_SECONDS * 1000;
  spawnSync(findPeer('scancel')!, ['--user', String(userInfo().uid)], { timeout: 20_000 });
  for (let left = 'some'; left !== '' && Date.now() < deadline;) {
    left = spawnSync(findPeer('squeue')!, ['--noheader'], { encoding: 'utf8', timeout: 20_000 }).stdout;
    await delay(LOOK_MILLISECONDS);
  }
}

function configuration(folder: string, ports: { readonly slurmctld: number; readonly slurmd: number }): string[] {
  const user = userInfo().username;
  return [
    'ClusterName=dts', `SlurmctldHost=${hostname()}(127.0.0.1)`, `SlurmUser=${user}`, `SlurmdUser=${user}`,
    'AuthType=auth/munge', 'CredType=cred/munge', `AuthInfo=socket=${folder}/munge.socket`,
    `SlurmctldPort=${ports.slurmctld}`, `SlurmdPort=${ports.slurmd}`,
    `StateSaveLocation=${folder}/state`, `SlurmdSpoolDir=${folder}/spool`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`, `SlurmdPidFile=${folder}/slurmd.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`, `SlurmdLogFile=${folder}/slurmd.log`,
    'ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none', 'SwitchType=switch/none', 'MpiDefault=none',
    'SelectType=select/cons_tres', 'SelectTypeParameters=CR_Core_Memory', 'JobAcctGatherType=jobacct_gather/none',
    'ReturnToService=2', 'SlurmdParameters=config_overrides', 'SchedulerParameters=batch_sched_delay=0',
    `NodeName=${hostname()} NodeAddr=127.0.0.1 CPUs=4 RealMemory=4000 State=UNKNOWN`,
    `PartitionName=normal Nodes=${hostname()} Default=YES MaxTime=INFINITE State=UP`,
  ];
}
