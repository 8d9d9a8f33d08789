// Checks the host: Node.js, the clock, a cron daemon and what it is to start.

import { readdir, readFile } from 'node:fs/promises';
import { hasCode } from '../../spool/error-code.ts';
import type { Station } from '../station.ts';
import { checkCrontab } from './check-crontab.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

/** The program cannot be younger than this. */
const BUILT = Date.parse('2025-01-01T00:00:00Z');

/** @param sites those that have a receiver of their own */
export async function checkHost(station: Station, sites: readonly Station[]): Promise<EnvironmentFinding[]> {
  return [checkNode(), checkClock(), ...await checkCrontab(station, sites), await checkCronDaemon()];
}

function checkNode(): EnvironmentFinding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const text = `Node.js ${process.versions.node}`;
  return major > 20 || (major === 20 && minor >= 19) ? ok('runtime', text)
    : error('runtime', `${text} is too old`, 'install Node.js 20.19 or later');
}

function checkClock(): EnvironmentFinding {
  const now = new Date();
  return now.getTime() > BUILT ? ok('clock', now.toISOString())
    : error('clock', `it says ${now.toISOString()}`, 'set it, and let NTP keep it');
}

async function checkCronDaemon(): Promise<EnvironmentFinding> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const name = await processName(pid);
    if (name === 'cron' || name === 'crond' || name === 'systemd-cron') return ok('cron', `runs as process ${pid}`);
  }
  return warning('cron', 'no cron daemon runs on this host', 'systemctl enable --now cron');
}

async function processName(pid: string): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT', 'ESRCH')) return ''; // it has ended meanwhile
    throw thrown;
  }
}
