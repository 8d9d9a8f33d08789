// Checks that the crontab of this user starts what the station and its sites need.

import { splitCommand } from '../../config/split-command.ts';
import { runProgram } from '../../core/run-action.ts';
import type { Station } from '../station.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

const COMMANDS = ['receive', 'scan-arrived', 'run-one-job', 'forward'] as const;

/** A command that the crontab must start, for the station or for a site. */
interface Wanted {
  readonly command: (typeof COMMANDS)[number];
  readonly site?: string | undefined;
}

/** @param sites those that have a receiver of their own */
export async function checkCrontab(station: Station, sites: readonly Station[]): Promise<EnvironmentFinding[]> {
  const listed = await runProgram(['crontab', '-l'], { timeoutSeconds: 10 });
  if ('reason' in listed) {
    return [error('crontab', 'there is no crontab program on this host', 'install the package cron')];
  }
  const names = sites.map(({ configuration }) => configuration.site ?? '');
  const started = findStarted(listed.stdout, names);
  return [station, ...sites].map((one) => {
    const { site } = one.configuration;
    // What comes into the station's own data directory is seen to by the station's commands.
    const sharesData = one !== station && one.layout.datadir === station.layout.datadir;
    const wanted = COMMANDS.filter((command) => command === 'receive' || !sharesData);
    const missing = wanted.filter((command) => !started.some((line) => line.command === command && line.site === site));
    return finding(site, wanted, missing);
  });
}

function finding(site: string | undefined, wanted: readonly string[], missing: readonly string[]): EnvironmentFinding {
  const subject = site === undefined ? 'crontab' : `site ${site}: crontab`;
  if (missing.length > 0) {
    return warning(subject, `this user's crontab does not start ${missing.join(', ')}`,
      site === undefined ? 'sudo ./install.sh puts them in, or copy them from crontab/dts.crontab'
        : 'crontab/dts.crontab has such lines for a site; copy them to above those of install.sh');
  }
  return ok(subject, wanted.length === COMMANDS.length ? 'starts the four commands' : `starts ${wanted.join(', ')}`);
}

/**
 * What a crontab starts, as `dts <subcommand>` wherever the program lies.
 * @param sites the names that there are, by which one is told from a file that output goes to
 */
export function findStarted(crontab: string, sites: readonly string[]): Wanted[] {
  const line = new RegExp(`^[^#\\n]*dts['"]?[ \\t]+(${COMMANDS.join('|')})\\b(.*)$`, 'gm');
  return [...crontab.matchAll(line)].map(([, command, rest = '']) => {
    const split = splitCommand(rest);
    const words = 'words' in split ? split.words : rest.split(/\s+/);
    const site = sites.find((name) => (command === 'receive' ? words.includes(name) : isAskedFor(name, words)));
    return { command: command as Wanted['command'], site };
  });
}

function isAskedFor(site: string, words: readonly string[]): boolean {
  return words.includes(`--site=${site}`) || words.some((word, at) => word === '--site' && words[at + 1] === site);
}
