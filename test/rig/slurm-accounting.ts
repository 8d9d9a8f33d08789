// Accounting for the test cluster: a MariaDB of its own and slurmdbd, which keeps there what the controller forgets.

import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findPeer, freePort, type RunningProgram } from './peers.ts';

/** What must be installed beside the peers of the cluster. */
export const ACCOUNTING_PEERS = ['mariadbd', 'mariadb-install-db', 'mariadb', 'slurmdbd', 'sacct', 'sacctmgr'];

const READY_SECONDS = 60;
const LOOK_MILLISECONDS = 100;

export interface Accounting {
  /** For slurm.conf. */
  readonly lines: readonly string[];
  /** Has what the lines name started, and waits until it answers; the cluster's munge must run. */
  start(startDaemon: (name: string, ...args: string[]) => RunningProgram): Promise<void>;
}

/** @param folder that of the cluster, where slurm.conf lies and munge listens */
export async function planAccounting(folder: string): Promise<Accounting> {
  const ports = { mariadb: await freePort(), slurmdbd: await freePort() };
  const user = userInfo().username;
  return {
    lines: [
      'AccountingStorageType=accounting_storage/slurmdbd', 'AccountingStorageHost=127.0.0.1',
      `AccountingStoragePort=${ports.slurmdbd}`, `AccountingStoragePass=${folder}/munge.socket`,
    ],
    async start(startDaemon) {
      const data = join(folder, 'mariadb');
      const socket = join(folder, 'mariadb.socket');
      await mkdir(data);
      const made = spawnSync(findPeer('mariadb-install-db')!, [
        '--no-defaults', `--datadir=${data}`, `--user=${user}`, '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ], { encoding: 'utf8' });
      if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stdout}${made.stderr}`);
      const mariadb = startDaemon('mariadbd', '--no-defaults', `--datadir=${data}`, `--socket=${socket}`,
        `--port=${ports.mariadb}`, '--bind-address=127.0.0.1', `--user=${user}`, `--pid-file=${folder}/mariadb.pid`,
        '--innodb-buffer-pool-size=32M', '--skip-name-resolve');
      const make = 'CREATE DATABASE slurm; GRANT ALL ON slurm.* TO slurm@127.0.0.1 IDENTIFIED BY "test";';
      await untilDone(mariadb, 'mariadb', '--no-defaults', `--socket=${socket}`, '--user=root', `--execute=${make}`);
      await writeFile(join(folder, 'slurmdbd.conf'), [
        'AuthType=auth/munge', `AuthInfo=socket=${folder}/munge.socket`, 'DbdHost=localhost', 'DbdAddr=127.0.0.1',
        `DbdPort=${ports.slurmdbd}`, `SlurmUser=${user}`, `PidFile=${folder}/slurmdbd.pid`,
        `LogFile=${folder}/slurmdbd.log`, 'StorageType=accounting_storage/mysql', 'StorageHost=127.0.0.1',
        `StoragePort=${ports.mariadb}`, 'StorageUser=slurm', 'StoragePass=test', 'StorageLoc=slurm', '',
      ].join('\n'), { mode: 0o600 });
      await untilDone(startDaemon('slurmdbd', '-D'), 'sacctmgr', '--immediate', 'add', 'cluster', 'dts');
    },
  };
}

/** Tries a command until it succeeds, which is when the daemon is ready for it. */
async function untilDone(daemon: RunningProgram, program: string, ...args: string[]): Promise<void> {
  const deadline = Date.now() + READY_SECONDS * 1000;
  for (;;) {
    const { status, stdout, stderr } = spawnSync(findPeer(program)!, args, { encoding: 'utf8', timeout: 20_000 });
    if (status === 0) return;
    const isOver = Date.now() > deadline || daemon.child.exitCode !== null;
    if (isOver) throw new Error(`${daemon.child.spawnfile} is not ready: ${stdout}${stderr}${daemon.output()}`);
    await delay(LOOK_MILLISECONDS);
  }
}
