// Checks the host: Node.js, the crontab, a cron daemon, the clock.

import { readdir, readFile } from 'node:fs/promises';
import { runProgram } from '../../core/run-action.ts';
import { hasCode } from '../../spool/error-code.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

/** The program cannot be younger than this. */
const BUILT = Date.parse('2025-01-01T00:00:00Z');

/** What the crontab must start, as `dts <subcommand>`. */
const CRON_COMMANDS = ['receive', 'scan-arrived', 'run-one-job', 'forward'] as const;

export async function checkHost(): Promise<EnvironmentFinding[]> {
  return [checkNode(), checkClock(), await checkCrontab(), await checkCronDaemon()];
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

async function checkCrontab(): Promise<EnvironmentFinding> {
  const listed = await runProgram(['crontab', '-l'], { timeoutSeconds: 10 });
  const remedy = 'sudo ./install.sh puts them in, or copy them from crontab/dts.crontab';
  if ('reason' in listed) {
    return error('crontab', 'there is no crontab program on this host', 'install the package cron');
  }
  const missing = CRON_COMMANDS.filter((command) => {
    const started = new RegExp(`^[^#\\n]*dts'? ${command}\\b`, 'm');
    return !started.test(listed.stdout);
  });
  return missing.length === 0 ? ok('crontab', 'starts the four commands')
    : warning('crontab', `this user's crontab does not start ${missing.join(', ')}`, remedy);
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
