// A real installation for tests: install.sh, run as root on a copy of the checkout, into folders and for a user of the
// test's own. The user's crontab is the real one.
//
// Promises: `remove` takes away all it made, the user and the crontab included. Never builds in the checkout itself:
// other tests are running its dist/ at the time.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync, cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, requirePeer } from '../rig/peers.ts';
import { appeared } from '../rig/station.ts';

const CHECKOUT = resolve(import.meta.dirname, '../..');
const NOT_COPIED = new Set(['.git', 'dist'].map((name) => join(CHECKOUT, name)));

/** Whatever entry follows, cron runs `/bin/true -c ENTRY`. */
export const SILENCE = 'SHELL=/bin/true\n';

/** Why a test of the installation, which may need other programs too, must be skipped here; false where it can run. */
export function reasonToSkip(...programs: string[]): string | false {
  if (process.getuid?.() !== 0) return 'only root can install';
  let reason: string | false = false;
  const noteReason = (absent = ''): void => { reason = absent; };
  requirePeer({ skip: noteReason }, 'crontab', 'flock', 'pgrep', 'useradd', 'npm', ...programs);
  return reason;
}

/** How a program ended and what it printed. */
export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, without input. */
export function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Finished {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', stdio: 'pipe', env });
  if (error !== undefined) throw error;
  return { exitCode: status, stdout, stderr };
}

/** The folders and the user that one station is installed into; nothing is installed yet. */
export class Installation {
  /** Everything lies below it. Its name has a space, as an administrator's may. */
  readonly folder = mkdtempSync(join(tmpdir(), 'dts install '));
  readonly checkout = join(this.folder, 'checkout');
  readonly prefix = join(this.folder, 'opt/dts');
  readonly versions = `${this.prefix}-versions`;
  readonly datadir = join(this.folder, 'data');
  readonly config = join(this.folder, 'etc/dts');
  readonly bindir = join(this.folder, 'bin');
  readonly user = `dtstest${process.pid}`;

  constructor() {
    chmodSync(this.folder, 0o755);
    cpSync(CHECKOUT, this.checkout, {
      recursive: true, verbatimSymlinks: true, preserveTimestamps: true, filter: (path) => !NOT_COPIED.has(path),
    });
  }

  /** The options that name this installation's folders and user. */
  get options(): string[] {
    return ['--prefix', this.prefix, '--datadir', this.datadir, '--config', this.config, '--user', this.user,
      '--bindir', this.bindir];
  }

  /** install.sh with these folders and that user. */
  install(...options: string[]): Finished {
    return run(join(this.checkout, 'install.sh'), [...this.options, ...options]);
  }

  /** The same, which must come as far as `dts check`; what that finds on this machine is another matter. */
  installWhole(...options: string[]): Finished {
    const finished = this.install(...options);
    if (!finished.stdout.includes('check the station')) {
      throw new Error(`install.sh ended with ${finished.exitCode}:\n${finished.stdout}${finished.stderr}`);
    }
    return finished;
  }

  /**
   * The same with a crontab that cron runs without effect: a cron daemon of this machine, or of another test, must not
   * start the station. @returns how the first of the two runs that this takes ended
   */
  installSilenced(): Finished {
    const first = this.installWhole('--no-crontab');
    this.writeCrontab(SILENCE);
    this.installWhole();
    return first;
  }

  asUser(...command: string[]): Finished {
    return run('runuser', ['-u', this.user, '--', ...command]);
  }

  /** The receiver as a person starts it, by the link to the command, on a free port; returned when it listens. */
  async startReceiver(): Promise<ChildProcess> {
    const file = join(this.config, 'receiver.json');
    const port = `"DICOMPORT": ${await freePort()}`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"DICOMPORT": \d+/, port));
    const command = [join(this.bindir, 'dts'), 'receive'];
    const receiver = spawn('runuser', ['-u', this.user, '--', ...command], { stdio: 'ignore' });
    await appeared(join(this.datadir, 'locks/receiver.json'));
    return receiver;
  }

  /** The user's crontab; empty where there is none. */
  readCrontab(): string {
    return run('crontab', ['-u', this.user, '-l']).stdout;
  }

  writeCrontab(text: string): void {
    spawnSync('crontab', ['-u', this.user, '-'], { input: text });
  }

  hasUser(): boolean {
    return run('getent', ['passwd', this.user]).exitCode === 0;
  }

  /** The program that PREFIX is a link to. */
  version(): string {
    return readlinkSync(this.prefix);
  }

  remove(): void {
    if (this.hasUser()) {
      run('crontab', ['-u', this.user, '-r']);
      run('pkill', ['-KILL', '--uid', this.user]);
      run('userdel', ['--remove', this.user]);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One line for each thing below a folder: path, mode, owner, and what it holds or leads to. */
export function listTree(folder: string, below = ''): string[] {
  const path = join(folder, below);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  const line = `${below} ${stat.mode.toString(8)} ${stat.uid}:${stat.gid}`;
  if (stat.isSymbolicLink()) return [`${line} -> ${readlinkSync(path)}`];
  if (stat.isFile()) return [`${line} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`];
  return [line, ...readdirSync(path).sort().flatMap((name) => listTree(folder, join(below, name)))];
}
