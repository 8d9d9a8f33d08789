// Puts instances into somebody's folders, then what describes them, and last what says that all of it is there: in this
// order, each of them durable before the next is begun. Repeatable: what lies there already is found and left alone.

import type { FilePlacer } from '../../folder/place-files.ts';
import type { FileToPlace, FolderFault, Placed } from '../../folder/placing.ts';
import { withFolder } from '../../folder/open-placing.ts';
import { describePlaced, type ClassifySeries, type InstanceInFolder } from './describe-placed.ts';
import type { FolderTarget } from './folder-target.ts';
import { readyFiles, type AboutFilling } from './ready-files.ts';
import type { NamedInstance } from './name-instance.ts';

export interface Filling {
  readonly target: FolderTarget;
  readonly instances: readonly NamedInstance[];
  /** What each file is made of: other than the instance's own file where a link is to lead elsewhere. */
  readonly contentOf: (instance: NamedInstance) => FileToPlace['content'];
  /** Names that instances of the same whole got in earlier tries. */
  readonly earlier: readonly (readonly string[])[];
  /** How many instances the whole has, those of earlier tries too. */
  readonly total: number;
  readonly about: AboutFilling;
  readonly classify?: ClassifySeries;
  readonly signal?: AbortSignal | undefined;
  /** Told of each file that is copied. */
  readonly staged?: () => void;
  readonly copiedInstead?: () => void;
}

/** What became of each instance, in their order; or why the folders do not work; or that the signal came. */
export async function fillFolder(filling: Filling): Promise<readonly Placed[] | FolderFault | 'stopped'> {
  const { target, about: { id }, signal, staged, copiedInstead } = filling;
  const options = {
    id, signal,
    ...staged === undefined ? {} : { staged },
    ...copiedInstead === undefined ? {} : { copiedInstead },
  };
  return withFolder(target, options, (placer) => fill(placer, filling));
}

async function fill(placer: FilePlacer, filling: Filling): Promise<readonly Placed[] | FolderFault | 'stopped'> {
  const { target, instances, contentOf, earlier, about } = filling;
  const files = instances.map((instance): FileToPlace => {
    return { id: instance.id, names: instance.names, content: contentOf(instance), onCollision: target.onCollision };
  });
  const placed = await placer.place(files, earlier);
  if (placed === 'stopped') return placed;
  const there = instances.flatMap((instance, index): InstanceInFolder[] => {
    const one = placed[index];
    const isThere = one?.how === 'new' || one?.how === 'same'; // where one was left out, another lies there
    return isThere ? [{ ...instance, placedAs: one.names }] : [];
  });
  if (target.sidecar) {
    const fault = await note(placer, target, 'the description of a series', await describePlaced(
      placer, target.root, there, filling.classify));
    if (fault !== undefined) return fault;
  }
  const ready = readyFiles(there, earlier, filling.total - earlier.length - there.length, about);
  return await note(placer, target, 'what says that all is there', ready) ?? placed;
}

/** What is told of the files must be told, or those who wait for it would wait for ever. */
async function note(
  placer: FilePlacer, { root }: FolderTarget, name: string, files: readonly FileToPlace[],
): Promise<FolderFault | 'stopped' | undefined> {
  const placed = files.length === 0 ? [] : await placer.place(files);
  if (placed === 'stopped') return placed;
  return placed.some(({ how }) => how === 'failed') ? { reason: 'folder-note-hindered', path: root, name } : undefined;
}
