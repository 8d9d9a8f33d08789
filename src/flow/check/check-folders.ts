// Checks the data directory: there, ours to write, closed to others, on one file system, with room.

import { access, constants, stat } from 'node:fs/promises';
import { codeOf } from '../../spool/error-code.ts';
import type { Layout } from '../../spool/layout.ts';
import { exists } from '../../spool/read.ts';
import { isShort, neededBytes, readSpace, type SpaceLimits } from '../../spool/space.ts';
import type { Station } from '../station.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

export async function checkFolders({ layout, configuration }: Station): Promise<EnvironmentFinding[]> {
  const { datadir } = layout;
  if (!await exists(datadir)) {
    return [error('data directory', `${datadir} does not exist`,
      configuration.site === undefined ? `sudo ./install.sh makes it, or mkdir -m 0750 ${datadir}`
        : `as the station's user: mkdir -p -m 0750 ${layout.locks}, where cron's locks are`)];
  }
  const findings: EnvironmentFinding[] = [];
  for (const folder of await existing([datadir, ...workFolders(layout)])) findings.push(...await checkFolder(folder));
  findings.push(...await checkFileSystems(layout));
  findings.push(await checkSpace(datadir, configuration.limits));
  if (findings.every(({ level }) => level === 'ok')) {
    findings.unshift(ok('data directory', `${datadir} is ours to write`));
  }
  return findings;
}

function workFolders(layout: Layout): string[] {
  const { arrived, archive, raw, temp, jobs, outbox, locks, logs } = layout;
  return [arrived, archive, raw, temp, jobs, outbox, locks, logs];
}

async function checkSpace(datadir: string, limits: SpaceLimits): Promise<EnvironmentFinding> {
  const space = await readSpace(datadir);
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  if (isShort(space, limits)) {
    const needed = gigabytes(neededBytes(space, limits));
    return error('disk', `${gigabytes(space.freeBytes)} free on ${datadir}, ${needed} are needed`,
      'make room, or lower limits.minFreeBytes and limits.minFreePercent');
  }
  return ok('disk', `${gigabytes(space.freeBytes)} of ${gigabytes(space.totalBytes)} free on ${datadir}`);
}

async function existing(folders: readonly string[]): Promise<string[]> {
  const there: string[] = [];
  for (const folder of folders) if (await exists(folder)) there.push(folder);
  return there;
}

async function checkFolder(folder: string): Promise<EnvironmentFinding[]> {
  const findings: EnvironmentFinding[] = [];
  const { mode, uid } = await stat(folder);
  const self = process.getuid?.() ?? uid;
  if (!await mayWrite(folder)) {
    findings.push(error('rights', `${folder} may not be written by this user (uid ${self}; it belongs to uid ${uid})`,
      `run as its user, or chown it`));
  } else if (uid !== self) {
    findings.push(warning('rights', `${folder} belongs to uid ${uid}, this is uid ${self}`,
      'run dts as the user that owns the data directory, or files will belong to several users'));
  }
  if ((mode & 0o007) !== 0) {
    findings.push(warning('rights', `${folder} is open to every user of this host (mode ${(mode & 0o777).toString(8)})`,
      `chmod o-rwx ${folder}`));
  }
  return findings;
}

async function mayWrite(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === undefined) throw thrown;
    return false;
  }
}

/** Renames are atomic within one file system only. */
async function checkFileSystems(layout: Layout): Promise<EnvironmentFinding[]> {
  const { dev } = await stat(layout.datadir);
  const findings: EnvironmentFinding[] = [];
  for (const folder of await existing(workFolders(layout))) {
    if ((await stat(folder)).dev === dev) continue;
    findings.push(error('file system', `${folder} lies on another file system than ${layout.datadir}`,
      'put all of the data directory on one file system: a rename between two is not atomic'));
  }
  return findings;
}
