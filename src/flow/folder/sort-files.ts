// Sorts files into folders by hand, for a person: no job, no delivery. Study by study, each as a delivery would be put
// there; a file that is given twice is put there once.

import { OpenFolder } from '../../folder/open-folder.ts';
import { folderFaultOf } from '../../folder/open-placing.ts';
import { previewPlacing } from '../../folder/place-files.ts';
import type { FileToPlace, FolderFault, Hindrance, Placed } from '../../folder/placing.ts';
import { hasCode } from '../../spool/error-code.ts';
import { groupBy } from '../group-by.ts';
import { fillFolder } from './fill-folder.ts';
import type { FolderTarget } from './folder-target.ts';
import { nameFiles, type SkippedFile } from './name-files.ts';
import type { NamedInstance } from './name-instance.ts';

export interface SortOptions {
  readonly dryRun: boolean;
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number, what: string) => void;
}

/** What became of a file, or in a dry run would become of it. `path` is below the root. */
export type SortedFile =
  | { readonly file: string; readonly how: 'new' | 'same' | 'kept'; readonly path: string }
  | { readonly file: string; readonly how: 'failed'; readonly hindrance: Hindrance };

export interface Sorted {
  readonly files: readonly SortedFile[];
  readonly skipped: readonly SkippedFile[];
  /** Where hard links were wanted, how many files had to be copied. */
  readonly copiedInstead: number;
  /** Why it ended before all was done. */
  readonly ended?: FolderFault | 'stopped';
}

/** @param paths absolute, of files */
export async function sortFiles(paths: readonly string[], target: FolderTarget, options: SortOptions): Promise<Sorted> {
  const { signal, progress, dryRun, now } = options;
  const files = [...new Set(paths)];
  const { named, twice, skipped } = await nameFiles(files, target, signal, (done) => {
    progress(done, files.length, 'read');
  });
  const placed = new Map<string, Placed>();
  let staged = 0;
  let copiedInstead = 0;
  let ended: Sorted['ended'];
  for (const [number, instances] of [...groupBy(named, ({ StudyInstanceUID }) => StudyInstanceUID).values()].entries()) {
    if (signal.aborted) ended = 'stopped';
    if (ended !== undefined) break;
    const earlier = [...placed.values()].flatMap((one) => (one.how === 'failed' ? [] : [one.names]));
    const outcome = dryRun ? await preview(target, instances, earlier) : await fillFolder({
      target, instances, earlier, signal,
      contentOf: (instance) => contentOf(target, instance),
      about: { id: `sort-${process.pid}-${number}`, readyAt: now },
      staged: () => { progress(staged += 1, named.length, 'put in place'); },
      copiedInstead: () => { copiedInstead += 1; },
    });
    if (outcome === 'stopped' || 'reason' in outcome) ended = outcome;
    else for (const one of outcome) placed.set(one.id, one);
  }
  const sorted = files.flatMap((file): SortedFile[] => {
    const first = twice.get(file);
    const one = placed.get(first ?? file);
    return one === undefined ? [] : [sortedFile(file, one, first !== undefined)];
  });
  return { files: sorted, skipped, copiedInstead, ...ended === undefined ? {} : { ended } };
}

function contentOf({ copies }: FolderTarget, { file }: NamedInstance): FileToPlace['content'] {
  return { file, copies };
}

function sortedFile(file: string, placed: Placed, isTwice: boolean): SortedFile {
  if (placed.how === 'failed') return { file, how: placed.how, hindrance: placed.hindrance };
  return { file, how: isTwice ? 'same' : placed.how, path: placed.names.join('/') };
}

async function preview(
  target: FolderTarget, instances: readonly NamedInstance[], earlier: readonly (readonly string[])[],
): Promise<Placed[] | FolderFault> {
  const files = instances.map((instance): FileToPlace => {
    const { id, names } = instance;
    return { id, names, content: contentOf(target, instance), onCollision: target.onCollision };
  });
  try {
    const root = await findRoot(target.root);
    try {
      return await previewPlacing(root, target.root, files, earlier);
    } finally {
      await root?.close();
    }
  } catch (error) {
    const fault = folderFaultOf(error, target.root);
    if (fault === undefined) throw error;
    return fault;
  }
}

/** undefined where it is yet to be made. */
async function findRoot(root: string): Promise<OpenFolder | undefined> {
  try {
    return await OpenFolder.open(root);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
