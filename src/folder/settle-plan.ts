// Compares a plan with what lies in the folders already: gives everything its name, and takes out of the plan what need
// not or cannot be put there. Only looks; who puts files there looks again, since others may do so meanwhile.

import { foldedName } from '../dicom/file-name.ts';
import { NoFolder, type OpenFolder } from './open-folder.ts';
import type { Hindrance, Placed } from './placing.ts';
import { nameFiles, nameFolders, numberedName, type PlannedFile, type PlannedFolder } from './plan.ts';
import { sameContent } from './same-content.ts';

/** How many files are compared at a time with what is there. */
const WIDTH = 16;

/** What is to become of a file. */
export type Settled =
  | { readonly name: string; readonly as: 'new' | 'replacement' | 'same' | 'kept' }
  | { readonly hindrance: Hindrance };

/** Told of what is decided already. */
export type Decide = (placed: Placed) => void;

/**
 * @param folder undefined where there is none yet
 * @param taken where, from the folder on, files lie whose names no other gets; their folders by the names that they have
 * @param above the names that lead to the folder
 */
export async function settlePlan(
  folder: OpenFolder | undefined, plan: PlannedFolder, decide: Decide, taken: readonly (readonly string[])[] = [],
  above: readonly string[] = [],
): Promise<void> {
  nameFolders(plan, folder === undefined || plan.folders.length === 0 ? [] : await folder.names());
  for (const [name = '', ...inside] of taken) if (inside.length === 0) plan.taken.add(foldedName(name));
  nameFiles(plan);
  if (folder !== undefined) await settleFiles(folder, plan, decide, above);
  for (const planned of [...plan.folders]) {
    const names = [...above, planned.name];
    const inside = folder === undefined ? undefined : await enterFolder(folder, planned.name);
    if (inside === 'blocked') {
      failAll(planned, { kind: 'blocked', level: names.length, by: 'file or link' }, decide);
      plan.folders.splice(plan.folders.indexOf(planned), 1);
      continue;
    }
    try {
      const takenInside = taken.filter(([name, ...more]) => name === planned.name && more.length > 0);
      await settlePlan(inside, planned, decide, takenInside.map(([, ...more]) => more), names);
    } finally {
      await inside?.close();
    }
  }
}

async function settleFiles(
  folder: OpenFolder, plan: PlannedFolder, decide: Decide, above: readonly string[],
): Promise<void> {
  const left: PlannedFile[] = [];
  for (let from = 0; from < plan.files.length; from += WIDTH) {
    const batch = plan.files.slice(from, from + WIDTH);
    const looked = await Promise.all(batch.map((planned) => settleFile(folder, plan, planned)));
    for (const [index, planned] of batch.entries()) {
      let settled = looked[index];
      // Two that were looked at together may have found the same free number.
      if (settled === undefined || isOthers(plan, planned, settled)) settled = await settleFile(folder, plan, planned);
      if ('name' in settled) {
        planned.name = settled.name;
        plan.taken.add(foldedName(settled.name));
      }
      const decided = decisionOn(planned, settled, above);
      if (decided === undefined) left.push(planned);
      else decide(decided);
    }
  }
  plan.files.splice(0, plan.files.length, ...left);
}

function isOthers({ taken }: PlannedFolder, { name }: PlannedFile, settled: Settled): boolean {
  return 'name' in settled && settled.name !== name && taken.has(foldedName(settled.name));
}

/** What becomes of a planned file in a folder that is there; its name is one that no other file of the plan has. */
export async function settleFile(
  folder: OpenFolder, { taken }: PlannedFolder, { name: ownName, number: ownNumber, file }: PlannedFile,
): Promise<Settled> {
  const { names, content, onCollision } = file;
  const wanted = names.at(-1) ?? '';
  for (let number = ownNumber; ; number += 1) {
    const name = numberedName(wanted, number);
    if (name !== ownName && taken.has(foldedName(name))) continue;
    const there = await folder.find(name);
    if (there === undefined) return { name, as: 'new' };
    if (await sameContent(folder.inside(name), there, content)) return { name, as: 'same' };
    switch (onCollision) {
      case 'number': continue;
      case 'keep': return { name, as: 'kept' };
      case 'fail': return { hindrance: { kind: 'taken' } };
      case 'replace':
        if (!there.isDirectory()) return { name, as: 'replacement' };
        return { hindrance: { kind: 'blocked', level: names.length, by: 'file or link' } };
    }
  }
}

/** What became of a file that need not or cannot be put there; undefined of one that is to be. */
function decisionOn({ file: { id } }: PlannedFile, settled: Settled, above: readonly string[]): Placed | undefined {
  if ('hindrance' in settled) return { id, how: 'failed', hindrance: settled.hindrance };
  if (settled.as === 'new' || settled.as === 'replacement') return undefined;
  return { id, how: settled.as, names: [...above, settled.name] };
}

/** Nothing can be put into a planned folder. */
export function failAll({ files, folders }: PlannedFolder, hindrance: Hindrance, decide: Decide): void {
  for (const { file: { id } } of files) decide({ id, how: 'failed', hindrance });
  for (const folder of folders) failAll(folder, hindrance, decide);
}

/** @returns undefined where it is not there; what stands in the way where that is no folder */
export async function enterFolder(parent: OpenFolder, name: string): Promise<OpenFolder | 'blocked' | undefined> {
  try {
    return await parent.enter(name);
  } catch (error) {
    if (error instanceof NoFolder) return 'blocked';
    throw error;
  }
}
