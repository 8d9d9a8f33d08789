// What became of files that were sorted, as text: the tree that they make, and the sum.

import type { Sorted, SortedFile } from '../flow/folder/sort-files.ts';
import type { Hindrance } from '../folder/placing.ts';
import { oneLine } from '../job/one-line.ts';

interface Branch {
  readonly folders: Map<string, Branch>;
  readonly files: string[];
}

/** The folders with how many files are new in them; every file too, where that is wanted. */
export function formatTree(root: string, { files }: Sorted, isWhole: boolean): string {
  const top: Branch = { folders: new Map(), files: [] };
  for (const file of files) {
    if (file.how !== 'new') continue;
    const names = file.path.split('/');
    const branch = names.slice(0, -1).reduce(branchOf, top);
    branch.files.push(names.at(-1) ?? '');
  }
  return [`${oneLine(root)}/${countOf(top)}`, ...linesOf(top, '  ', isWhole), ''].join('\n');
}

function branchOf({ folders }: Branch, name: string): Branch {
  const inside = folders.get(name) ?? { folders: new Map(), files: [] };
  folders.set(name, inside);
  return inside;
}

function linesOf({ folders, files }: Branch, indent: string, isWhole: boolean): string[] {
  const names = isWhole ? [...files].sort().map((name) => `${indent}${oneLine(name)}`) : [];
  const inside = [...folders].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, branch]) => [
    `${indent}${oneLine(name)}/${countOf(branch)}`, ...linesOf(branch, `${indent}  `, isWhole),
  ]);
  return [...names, ...inside];
}

function countOf({ files }: Branch): string {
  return files.length === 0 ? '' : `  ${counted(files.length, 'file')}`;
}

/** `12 files put in place, 3 were there already, 1 kept out, 2 failed, 5 skipped`. */
export function formatSum({ files, skipped }: Sorted, dryRun: boolean): string {
  const of = (how: SortedFile['how']): number => files.filter((file) => file.how === how).length;
  return [
    `${counted(of('new'), 'file')} ${dryRun ? 'would be ' : ''}put in place`,
    ...of('same') === 0 ? [] : [`${of('same')} there already`],
    ...of('kept') === 0 ? [] : [`${of('kept')} kept out by another of that name`],
    ...of('failed') === 0 ? [] : [`${of('failed')} failed`],
    ...skipped.length === 0 ? [] : [`${skipped.length} skipped, no DICOM`],
  ].join(', ');
}

export function hindranceText(hindrance: Hindrance): string {
  switch (hindrance.kind) {
    case 'taken': return 'another file has its name';
    case 'too-long': return 'its path would be longer than a path may be';
    case 'blocked': {
      const what = hindrance.by === 'mount' ? 'another disk is mounted' : 'something else than a folder or file stands';
      return `${what} where name ${hindrance.level} of its path leads`;
    }
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
