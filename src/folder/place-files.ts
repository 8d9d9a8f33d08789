// Puts files into somebody's folders so that each appears whole, and a folder that is new with all that it holds.
//
// First everything is copied into a hidden folder beside (`.dts-placing-<id>`, below the same root and so on the same
// file system, closed to others) and is on disk; then, from the outermost folder in, what is new is renamed into its
// place as a whole, and what goes into a folder that is there already file by file. A crash leaves the hidden folder,
// which the next try under that id removes, and some of the files in their places: the next try finds them the same and
// leaves them alone. Nothing that was not made here is ever removed, changed or followed; `replace` alone replaces a
// file.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { moveDurable, publish, removeTree, syncDirectories, syncDirectory } from '../spool/durable.ts';
import { hasCode } from '../spool/error-code.ts';
import { findTextBelow } from './find-text.ts';
import type { OpenFolder } from './open-folder.ts';
import type { FileToPlace, Placed } from './placing.ts';
import { planTree, type PlannedFile, type PlannedFolder } from './plan.ts';
import { enterFolder, failAll, settleFile, settlePlan, type Decide } from './settle-plan.ts';
import { stageFolder, type Staging } from './stage-files.ts';

/** What PATH_MAX leaves to a path of the files when people name it. */
const LONGEST_PATH_BYTES = 4000;

/** A try to put files below a root. */
export class FilePlacer {
  readonly #root: OpenFolder;
  readonly #rootPath: string;
  /** Ours, below the root. */
  readonly #hidden: OpenFolder;
  readonly #staging: Staging;
  #times = 0;

  constructor(root: OpenFolder, rootPath: string, hidden: OpenFolder, staging: Staging) {
    this.#root = root;
    this.#rootPath = rootPath;
    this.#hidden = hidden;
    this.#staging = staging;
  }

  /**
   * @param taken names in which files of the same whole lie already: no other gets them
   * @returns what became of each file, in their order; 'stopped' by the signal, before anything could be seen
   * @throws as the file system does, where the folders do not work
   */
  async place(
    files: readonly FileToPlace[], taken: readonly (readonly string[])[] = [],
  ): Promise<Placed[] | 'stopped'> {
    const { plan, decided } = await planBelow(this.#root, this.#rootPath, files, taken);
    this.#times += 1;
    const staged = this.#hidden.inside(String(this.#times));
    await mkdir(staged);
    await stageFolder(plan, staged, this.#staging);
    if (this.#staging.signal?.aborted === true) return 'stopped';
    await syncDirectories(staged);
    await appear(staged, this.#root, plan, [], (placed) => { decided.set(placed.id, placed); });
    await removeTree(staged);
    return inOrder(files, decided);
  }

  /** The text of a regular file that lies below the root, with no link on the way; undefined where there is none. */
  async findText(names: readonly string[]): Promise<string | undefined> {
    return findTextBelow(this.#root, names);
  }
}

/**
 * What would become of files that are put below a root, as it is now.
 * @param root undefined where it is yet to be made
 */
export async function previewPlacing(
  root: OpenFolder | undefined, rootPath: string, files: readonly FileToPlace[], taken: readonly (readonly string[])[],
): Promise<Placed[]> {
  const { plan, decided } = await planBelow(root, rootPath, files, taken);
  noteAll(plan, [], (placed) => { decided.set(placed.id, placed); });
  return inOrder(files, decided);
}

async function planBelow(
  root: OpenFolder | undefined, rootPath: string, files: readonly FileToPlace[], taken: readonly (readonly string[])[],
): Promise<{ plan: PlannedFolder; decided: Map<string, Placed> }> {
  const decided = new Map<string, Placed>();
  const fits = ({ id, names }: FileToPlace): boolean => {
    if (Buffer.byteLength(join(rootPath, ...names)) <= LONGEST_PATH_BYTES) return true;
    decided.set(id, { id, how: 'failed', hindrance: { kind: 'too-long' } });
    return false;
  };
  const plan = planTree(files.filter(fits));
  await settlePlan(root, plan, (placed) => { decided.set(placed.id, placed); }, taken);
  return { plan, decided };
}

function inOrder(files: readonly FileToPlace[], decided: ReadonlyMap<string, Placed>): Placed[] {
  return files.map(({ id }) => {
    const placed = decided.get(id);
    if (placed === undefined) throw new Error(`nothing became of ${id}`);
    return placed;
  });
}

/** Moves what is staged to where it belongs. Others may have made the same folders and files meanwhile. */
async function appear(
  staged: string, folder: OpenFolder, plan: PlannedFolder, above: readonly string[], decide: Decide,
): Promise<void> {
  for (const planned of plan.files) decide(await appearFile(join(staged, planned.name), folder, plan, planned, above));
  if (plan.files.length > 0) await syncDirectory(folder.path);
  for (const planned of plan.folders) {
    await appearFolder(join(staged, planned.name), folder, planned, [...above, planned.name], decide);
  }
}

async function appearFile(
  staged: string, folder: OpenFolder, plan: PlannedFolder, planned: PlannedFile, above: readonly string[],
): Promise<Placed> {
  const { id } = planned.file;
  for (;;) {
    const settled = await settleFile(folder, plan, planned);
    if ('hindrance' in settled) return { id, how: 'failed', hindrance: settled.hindrance };
    const names = [...above, settled.name];
    const to = folder.inside(settled.name);
    switch (settled.as) {
      case 'same':
      case 'kept': return { id, how: settled.as, names };
      case 'replacement':
        await moveDurable(staged, to); // commit: this file is seen
        return { id, how: 'new', names };
      case 'new':
        if (await isPublished(staged, to)) return { id, how: 'new', names };
    }
  }
}

/**
 * Whether a file got a name that was free. Where there are no hard links, two who come at once may not see each other.
 */
async function isPublished(from: string, to: string): Promise<boolean> {
  try {
    return publish(from, to); // commit: this file is seen
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw error;
  }
  await moveDurable(from, to);
  return true;
}

async function appearFolder(
  staged: string, parent: OpenFolder, planned: PlannedFolder, names: readonly string[], decide: Decide,
): Promise<void> {
  for (;;) {
    const there = await enterFolder(parent, planned.name);
    if (there === 'blocked') {
      return failAll(planned, { kind: 'blocked', level: names.length, by: 'file or link' }, decide);
    }
    if (there !== undefined) return appearWithin(staged, there, planned, names, decide);
    try {
      await moveDurable(staged, parent.inside(planned.name)); // commit: the folder is seen with all that it holds
      return noteAll(planned, names, decide);
    } catch (error) {
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error; // somebody has made it just now
    }
  }
}

/** In a folder that is there already. Where another disk is mounted on it, nothing can be renamed into it. */
async function appearWithin(
  staged: string, folder: OpenFolder, planned: PlannedFolder, names: readonly string[], decide: Decide,
): Promise<void> {
  try {
    await appear(staged, folder, planned, names, decide);
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error;
    failAll(planned, { kind: 'blocked', level: names.length, by: 'mount' }, decide);
  } finally {
    await folder.close();
  }
}

/** All of a planned folder has appeared as it was planned. */
function noteAll({ files, folders }: PlannedFolder, names: readonly string[], decide: Decide): void {
  for (const { name, file: { id } } of files) decide({ id, how: 'new', names: [...names, name] });
  for (const folder of folders) noteAll(folder, [...names, folder.name], decide);
}
