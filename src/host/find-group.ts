// A group of users, by its name or number, and whether this process may give files to it.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface Group {
  readonly gid: number;
  /** The process is in it, or may do anything. */
  readonly isOurs: boolean;
}

/** Of groups that a directory service keeps; long enough for one that is busy. */
const DIRECTORY_SECONDS = 10;

/** undefined where there is no group of that name. A number is one whether or not it has a name. */
export async function findGroup(group: string): Promise<Group | undefined> {
  const gid = /^\d+$/.test(group) ? Number(group) : await findInFile(group) ?? await findInDirectory(group);
  return gid === undefined ? undefined : { gid, isOurs: isOurs(gid) };
}

function isOurs(gid: number): boolean {
  return process.getuid?.() === 0 || process.getgid?.() === gid || process.getgroups?.().includes(gid) === true;
}

async function findInFile(name: string): Promise<number | undefined> {
  return gidIn(await readFile('/etc/group', 'utf8'), name);
}

/** Where the file has none, whatever else the host is set up to ask. getent ends with 2 where nobody has it. */
async function findInDirectory(name: string): Promise<number | undefined> {
  const ended = promisify(execFile)('getent', ['group', '--', name], { timeout: DIRECTORY_SECONDS * 1000 });
  return ended.then(({ stdout }) => gidIn(stdout, name), (error: { readonly code?: unknown }) => {
    if (error.code === 2 || error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Lines `name:password:gid:members`. */
function gidIn(text: string, name: string): number | undefined {
  for (const line of text.split('\n')) {
    const [named, , gid] = line.split(':');
    if (named === name && gid !== undefined && /^\d+$/.test(gid)) return Number(gid);
  }
  return undefined;
}
