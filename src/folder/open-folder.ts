// A folder that somebody else may write in, too, held open while we work in it.
//
// What is named through it lies in that very folder, whatever is renamed or put in its place meanwhile, and no symbolic
// link is ever followed on the way down: Linux looks names up from the open folder (/proc/self/fd). So nobody who may
// write in a lab's folder can make the station write elsewhere.

import { constants } from 'node:fs';
import { lstat, open, readdir, type FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { hasCode } from '../spool/error-code.ts';

/** Something that is no folder stands where one should be: a file, or a link wherever it may lead. */
export class NoFolder extends Error {}

export class OpenFolder {
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Links that lead to it are followed: its path is the administrator's. Rejects as the file system does. */
  static async open(path: string): Promise<OpenFolder> {
    return new OpenFolder(await open(path, constants.O_RDONLY | constants.O_DIRECTORY));
  }

  /** The folder's path for system calls; people would not understand it. */
  get path(): string {
    return `/proc/self/fd/${this.#handle.fd}`;
  }

  /** The path of a name in it, for system calls that do not follow a link at its end. */
  inside(name: string): string {
    return `${this.path}/${name}`;
  }

  /** @returns undefined where nothing has that name @throws {NoFolder} */
  async enter(name: string): Promise<OpenFolder | undefined> {
    try {
      const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
      return new OpenFolder(await open(this.inside(name), flags));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      if (hasCode(error, 'ENOTDIR', 'ELOOP')) throw new NoFolder(name);
      throw error;
    }
  }

  async names(): Promise<string[]> {
    return readdir(this.path);
  }

  /** What has a name, a link itself and not what it leads to; undefined where nothing has it. */
  async find(name: string): Promise<Stats | undefined> {
    try {
      return await lstat(this.inside(name));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
