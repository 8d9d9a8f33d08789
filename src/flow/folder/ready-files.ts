// The files that say, to scripts that wait for it, that all of something is there: one in each folder that got
// instances, or one at each path that their template gives.

import type { FileToPlace } from '../../folder/placing.ts';
import { groupBy } from '../group-by.ts';
import type { InstanceInFolder } from './describe-placed.ts';

/** What was put there. */
export interface AboutFilling {
  /** Of the delivery, or of a sorting by hand. */
  readonly id: string;
  readonly DeliveryId?: string;
  readonly stream?: string;
  readonly destination?: string;
  /** ISO 8601 UTC. */
  readonly readyAt: string;
}

/**
 * @param earlier names of what came in earlier tries; counted where it lies in the same folder
 * @param missing how many instances of the whole could not be put there
 */
export function readyFiles(
  instances: readonly InstanceInFolder[], earlier: readonly (readonly string[])[], missing: number,
  { id, ...about }: AboutFilling,
): FileToPlace[] {
  const marked = instances.filter(({ ready }) => ready !== undefined);
  return [...groupBy(marked, (instance) => readyNamesOf(instance).join('/'))].map(([path, group]) => {
    const readyNames = readyNamesOf(group[0]);
    const below = `${readyNames.slice(0, -1).join('/')}/`;
    const relative = (names: readonly string[]): string => {
      const whole = names.join('/');
      return below !== '/' && whole.startsWith(below) ? whole.slice(below.length) : whole;
    };
    const inFolders = new Set(group.map(({ placedAs }) => folderOf(placedAs)));
    const files = [
      ...earlier.filter((names) => inFolders.has(folderOf(names))), ...group.map(({ placedAs }) => placedAs),
    ].map(relative);
    const text = `${JSON.stringify({
      ...about, StudyInstanceUID: group[0].StudyInstanceUID, instances: files.length, missing,
      files: [...new Set(files)].sort(),
    }, null, 2)}\n`;
    return { id: `ready ${path}`, names: readyNames, content: { text }, onCollision: 'replace' };
  });
}

/** Where an instance got a folder of another name than it wanted, what stands for it lies there. */
function readyNamesOf({ ready, placedAs }: InstanceInFolder): readonly string[] {
  const { names = [], isBelowRoot = true } = ready ?? {};
  return isBelowRoot ? names : [...placedAs.slice(0, -1), ...names];
}

function folderOf(names: readonly string[]): string {
  return names.slice(0, -1).join('/');
}
