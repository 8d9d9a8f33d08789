// The durable writes: the only file of the station that renames, links, unlinks or fsyncs state. Files that grow line
// by line are written by durable-lines.ts, marks are set by touch-mark.ts, with what is here.
//
// After one of these functions has returned, its effect survives SIGKILL and power loss. Before, either the old state
// or the new one is found, never something between, and at worst a file whose name begins with ".writing-" is left,
// which nothing reads and nothing sweeps. Every step that counts passes a failpoint, so that tests can die there.
//
// Never decides anything: where files lie is layout.ts, what they mean is flow/.

import { constants, linkSync, unlinkSync } from 'node:fs';
import { chmod, chown, copyFile, link, mkdir, open, readdir, rename, rm, rmdir, symlink, unlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { harmlessJson } from '../job/one-line.ts';
import { failpoint } from './failpoint.ts';
import { hasCode } from './error-code.ts';

/** Prefix of files that are being written; a crash may leave them, nothing reads them. */
export const WRITING_PREFIX = '.writing-';

/** Of every directory of state that the station makes. */
export const DIRECTORY_MODE = 0o750;
/** Of every file of state that the station makes. */
export const FILE_MODE = 0o640;

/** A name beside `path` that nobody else uses, on any host. */
function writingName(path: string): string {
  return join(dirname(path), `${WRITING_PREFIX}${process.pid}-${process.hrtime.bigint().toString(36)}`);
}

/** Makes what a directory says (its names) survive a power loss. */
export async function syncDirectory(path: string | Buffer): Promise<void> {
  await sync(path, constants.O_RDONLY | constants.O_DIRECTORY);
}

/** Makes a file's content survive a power loss. */
export async function syncFile(path: string | Buffer): Promise<void> {
  await sync(path, constants.O_RDONLY);
}

async function sync(path: string | Buffer, flags: number): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * fsyncs everything at and below a directory, the directory itself last. What its owner may not read is passed over, as
 * are links, whatever else is neither file nor directory, and what lies too deep for a path.
 */
export async function syncTree(path: string | Buffer): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true, encoding: 'buffer' })) {
    const inside = Buffer.concat([Buffer.from(path), Buffer.from('/'), entry.name]); // a name need not be UTF-8
    try {
      if (entry.isDirectory()) await syncTree(inside);
      else if (entry.isFile()) await syncFile(inside);
    } catch (error) {
      if (!hasCode(error, 'EACCES', 'ENOENT', 'ENAMETOOLONG')) throw error;
    }
  }
  await syncDirectory(path);
}

/** fsyncs every directory at and below a path (not the files in them), the path itself last. */
export async function syncDirectories(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncDirectories(join(path, entry.name));
  }
  await syncDirectory(path);
}

/** Makes a directory and what is missing above it, mode 0750. Does nothing where it exists. */
export async function makeDirectoryDurable(path: string): Promise<void> {
  const firstMade = await mkdir(path, { recursive: true, mode: DIRECTORY_MODE });
  if (firstMade === undefined) return;
  for (let made = path; made.length >= firstMade.length; made = dirname(made)) await syncDirectory(dirname(made));
}

/**
 * The same below a directory that must be there (ENOENT where it is not). For what lies in a job: who was paused while
 * another moved the job on must not bring its folder back.
 */
export async function makeDirectoryWithin(folder: string, path: string): Promise<void> {
  let parent = folder;
  for (const name of relative(folder, path).split('/')) {
    const directory = join(parent, name);
    try {
      await mkdir(directory, { mode: DIRECTORY_MODE });
      await syncDirectory(parent);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    parent = directory;
  }
}

/** Replaces a file as a whole (temporary file, fsync, rename, fsync of the directory), mode 0640 unless told. */
export async function writeFileDurable(
  path: string, content: string | Uint8Array, mode = FILE_MODE,
): Promise<void> {
  const writing = writingName(path);
  failpoint('write', path);
  try {
    await writeWhole(writing, content, mode);
    await moveDurable(writing, path);
  } catch (error) {
    await rm(writing, { force: true }); // every try on a full disk would leave another
    throw error;
  }
}

async function writeWhole(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    if (mode !== FILE_MODE) await file.chmod(mode); // the umask would take from it
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Writes a new file piece by piece, never over an existing one, and fsyncs it; its name is durable when the directory is
 * synced. What throws leaves a part of it: for folders that are wiped or renamed as a whole.
 */
export async function writePiecesDurable(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  failpoint('write-pieces', path);
  const file = await open(path, 'wx', FILE_MODE);
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes a value as indented JSON that a terminal may be shown, see writeFileDurable. */
export async function writeJsonDurable(path: string, value: unknown): Promise<void> {
  await writeFileDurable(path, `${harmlessJson(JSON.stringify(value, null, 2))}\n`);
}

/**
 * Renames a file or directory. This is the commit point of every state change.
 * A directory is not put over one that has entries (ENOTEMPTY); a file takes the place of a file.
 */
export async function moveDurable(from: string, to: string): Promise<void> {
  failpoint('move', to);
  await rename(from, to);
  failpoint('moved', to);
  await syncDirectory(dirname(to));
  if (dirname(from) !== dirname(to)) await syncDirectory(dirname(from));
}

/**
 * Gives a complete file its final name unless that name is taken, and removes the temporary name.
 * @returns false where `to` exists already; then nothing has changed.
 */
export async function publishDurable(from: string, to: string): Promise<boolean> {
  const isPublished = publish(from, to);
  if (isPublished) await syncDirectory(dirname(to));
  return isPublished;
}

/** The same in place, and durable only when the directory of `to` is synced: see receiving-disk.ts. */
export function publish(from: string, to: string): boolean {
  failpoint('publish', to);
  try {
    linkSync(from, to);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
  failpoint('published', to);
  unlinkSync(from);
  return true;
}

/** Hard link `to` onto `from`; what is at `to` already stays as it is. Not synced: see syncDirectories. */
export async function linkOrKeep(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

/** Symbolic link `path` saying `target`; what is at `path` already stays as it is. Not synced: see syncDirectories. */
export async function symbolicLinkOrKeep(target: string, path: string): Promise<void> {
  try {
    await symlink(target, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

/**
 * Copies a regular file (sharing blocks where the file system can), never over an existing one, mode 0640 unless told,
 * whatever the original's is, and fsyncs it.
 * @param gid its group, where it is not to be that of the process
 */
export async function copyFileDurable(
  from: string | Buffer, to: string, { mode, gid }: { mode: number; gid?: number } = { mode: FILE_MODE },
): Promise<void> {
  failpoint('copy', to);
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  if (gid !== undefined) await chown(to, -1, gid);
  await chmod(to, mode);
  await syncFile(to);
}

/** Makes a symbolic link say `target`, whatever was at `path` before; appears in one step. */
export async function pointSymbolicLink(path: string, target: string): Promise<void> {
  const writing = writingName(path);
  await symlink(target, writing);
  failpoint('point', path);
  try {
    await rename(writing, path);
  } catch (error) {
    await rm(writing, { force: true });
    throw error;
  }
}

/** Removes a file; one that is gone already is as good. */
export async function removeFileDurable(path: string): Promise<void> {
  failpoint('remove', path);
  try {
    await unlink(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  await syncDirectory(dirname(path));
}

/** Removes a directory with all it holds, if it is there. Not atomic: only for what nothing needs. */
export async function removeTree(path: string): Promise<void> {
  failpoint('remove-tree', path);
  for (let lifted = 0; ; lifted += 1) {
    try {
      await rm(path, { recursive: true, force: true });
      return;
    } catch (error) {
      const deep = hasCode(error, 'ENAMETOOLONG') ? await findDeepFolder(Buffer.from(path)) : undefined;
      if (deep === undefined) throw error;
      await rename(deep, join(path, `.lifted-${lifted}`));
    }
  }
}

/** Removes a file or link, or an empty directory. Not synced: see syncDirectory. */
export async function removeName(path: string, isDirectory: boolean): Promise<void> {
  await (isDirectory ? rmdir(path) : unlink(path));
}

/** Half of what a path may have (PATH_MAX), so that what is brought up to the top reaches as far again. */
const DEEP_BYTES = 2048;

/** A core may nest folders deeper than any path can tell. @returns one of them that can be told */
async function findDeepFolder(folder: Buffer): Promise<Buffer | undefined> {
  if (folder.length > DEEP_BYTES) return folder;
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: 'buffer' })) {
    if (!entry.isDirectory()) continue;
    const deep = await findDeepFolder(Buffer.concat([folder, Buffer.from('/'), entry.name]));
    if (deep !== undefined) return deep;
  }
  return undefined;
}
