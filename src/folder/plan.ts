// Which folders and names a set of files takes: a tree, in which no two names are one to a file system that tells
// neither case nor forms of letters apart. Pure.

import { digestSuffix, foldedName, withSuffix } from '../dicom/file-name.ts';
import type { FileToPlace } from './placing.ts';

export interface PlannedFolder {
  /** As the files want it, until `nameFolders`. */
  name: string;
  readonly folders: PlannedFolder[];
  readonly files: PlannedFile[];
  /** Names in it that are somebody's already, folded. */
  readonly taken: Set<string>;
}

export interface PlannedFile {
  /** As it wants it, until `nameFiles`. */
  name: string;
  /** Of those of its name in the folder, from 1; lower numbers are others'. */
  number: number;
  readonly file: FileToPlace;
}

export function planTree(files: readonly FileToPlace[]): PlannedFolder {
  const planner = new Planner();
  for (const file of files) planner.add(file);
  return planner.root;
}

/**
 * Gives each folder in a planned one the name that it has, or will have: where one of the same letters in another case
 * or form is there, or is planned, a name that is told from it by a hash. So the same name always leads to the same
 * folder.
 * @param there the names that are there already
 */
export function nameFolders({ folders, taken }: PlannedFolder, there: readonly string[]): void {
  const exact = new Set(there);
  const folded = new Set(there.map(foldedName));
  // Those that are there first: a new one must not take their name.
  const inOrder = [...folders.filter(({ name }) => exact.has(name)), ...folders.filter(({ name }) => !exact.has(name))];
  for (const folder of inOrder) {
    if (!exact.has(folder.name) && folded.has(foldedName(folder.name))) folder.name += digestSuffix(folder.name);
    folded.add(foldedName(folder.name));
    taken.add(foldedName(folder.name));
  }
}

/** Gives the files of one name numbers, in the order in which they came. */
export function nameFiles({ files, taken }: PlannedFolder): void {
  const reached = new Map<string, number>();
  for (const planned of files) {
    const wanted = planned.name;
    planned.number = (reached.get(wanted) ?? 0) + 1;
    while (taken.has(foldedName(numberedName(wanted, planned.number)))) planned.number += 1;
    reached.set(wanted, planned.number);
    planned.name = numberedName(wanted, planned.number);
    taken.add(foldedName(planned.name));
  }
}

/** A name itself, or with `_2`, `_3` … */
export function numberedName(wanted: string, number: number): string {
  return number === 1 ? wanted : withSuffix(wanted, `_${number}`);
}

class Planner {
  readonly root = folderNamed('');
  /** Folders by their path, as it was wanted. */
  readonly #folders = new Map<string, PlannedFolder>([['', this.root]]);

  add(file: FileToPlace): void {
    let path = '';
    let folder = this.root;
    for (const name of file.names.slice(0, -1)) {
      path += `/${name}`;
      const inside = this.#folders.get(path) ?? folderNamed(name);
      if (!this.#folders.has(path)) folder.folders.push(inside);
      this.#folders.set(path, inside);
      folder = inside;
    }
    folder.files.push({ name: file.names.at(-1) ?? '', number: 1, file });
  }
}

function folderNamed(name: string): PlannedFolder {
  return { name, folders: [], files: [], taken: new Set() };
}
