// Sorts files into folders by hand, for a person: no job, no delivery. Study by study, each as a delivery would be put
// there; a file that is given twice is put there once.

import { randomUUID } from 'node:crypto';
import type { FileToPlace, FolderFault, Hindrance, Placed } from '../../folder/placing.ts';
import { groupBy } from '../group-by.ts';
import { fillFolder } from './fill-folder.ts';
import type { FolderTarget } from './folder-target.ts';
import { nameFiles, type SkippedFile } from './name-files.ts';
import type { NamedInstance } from './name-instance.ts';
import { PlannedNames, previewSorting } from './preview-sorting.ts';

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
  readonly ended?: FolderFault | 'stopped' | undefined;
}

/** @param paths absolute, of files */
export async function sortFiles(paths: readonly string[], target: FolderTarget, options: SortOptions): Promise<Sorted> {
  const { signal, progress, dryRun, now } = options;
  const files = [...new Set(paths)];
  const { named, twice, skipped } = await nameFiles(files, target, signal, (done) => {
    progress(done, files.length, 'read');
  });
  const run = randomUUID(); // another host may have the process number, too
  const placed = new Map<string, Placed>();
  const planned = new PlannedNames();
  let staged = 0;
  let copiedInstead = 0;
  let ended: Sorted['ended'] = signal.aborted ? 'stopped' : undefined;
  const studies = [...groupBy(named, ({ StudyInstanceUID }) => StudyInstanceUID).values()];
  for (const [number, instances] of studies.entries()) {
    if (signal.aborted) ended = 'stopped';
    if (ended !== undefined) break;
    const outcome = dryRun ? await previewSorting(target, filesOf(target, instances), planned) : await fillFolder({
      target, instances, earlier: [], total: instances.length, signal,
      contentOf: ({ file }) => ({ file, copies: target.copies }),
      about: { id: `sort-${run}-${number}`, readyAt: now },
      staged: () => { progress(staged += 1, named.length, 'put in place'); },
      copiedInstead: () => { copiedInstead += 1; },
    });
    if (outcome === 'stopped' || 'reason' in outcome) ended = outcome;
    else for (const one of outcome) placed.set(one.id, one);
    if (Array.isArray(outcome)) planned.add(outcome);
  }
  const sorted = files.flatMap((file): SortedFile[] => {
    const first = twice.get(file);
    const one = placed.get(first ?? file);
    return one === undefined ? [] : [sortedFile(file, one, first !== undefined)];
  });
  return { files: sorted, skipped, copiedInstead, ...ended === undefined ? {} : { ended } };
}

function filesOf({ copies, onCollision }: FolderTarget, instances: readonly NamedInstance[]): FileToPlace[] {
  return instances.map(({ id, file, names }) => ({ id, names, content: { file, copies }, onCollision }));
}

function sortedFile(file: string, placed: Placed, isTwice: boolean): SortedFile {
  if (placed.how === 'failed') return { file, how: placed.how, hindrance: placed.hindrance };
  return { file, how: isTwice ? 'same' : placed.how, path: placed.names.join('/') };
}
