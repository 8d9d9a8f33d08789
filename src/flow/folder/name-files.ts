// The instances among files that a person names, each with the place that it shall get, and each once.

import { stat } from 'node:fs/promises';
import { codeOf, hasCode } from '../../spool/error-code.ts';
import { sameDataset } from '../../spool/same-dataset.ts';
import type { FolderTarget } from './folder-target.ts';
import { nameInstance, type NamedInstance } from './name-instance.ts';

export interface NamedFiles {
  readonly named: readonly NamedInstance[];
  /** Files that hold the same as another before them: which one. */
  readonly twice: ReadonlyMap<string, string>;
  /** Files that are no DICOM files, or cannot be read. */
  readonly skipped: readonly SkippedFile[];
}

export interface SkippedFile {
  readonly file: string;
  readonly text: string;
}

/** Ends early when the signal says so. @param progress how many files have been looked at */
export async function nameFiles(
  files: readonly string[], target: FolderTarget, signal: AbortSignal, progress: (done: number) => void,
): Promise<NamedFiles> {
  const named: NamedInstance[] = [];
  const twice = new Map<string, string>();
  const skipped: SkippedFile[] = [];
  const byUID = new Map<string, string>();
  for (const [done, file] of files.entries()) {
    if (signal.aborted) break;
    progress(done);
    const instance = await readName(file, target);
    if ('text' in instance) {
      skipped.push(instance);
      continue;
    }
    const first = byUID.get(instance.SOPInstanceUID);
    if (first !== undefined && await sameDataset(first, file)) {
      twice.set(file, first);
      continue;
    }
    byUID.set(instance.SOPInstanceUID, file);
    named.push(instance);
  }
  return { named, twice, skipped };
}

async function readName(file: string, target: FolderTarget): Promise<NamedInstance | SkippedFile> {
  try {
    if (!(await stat(file)).isFile()) return { file, text: 'is no file' }; // a named pipe would be waited for
    const instance = await nameInstance(file, file, target);
    return 'notDicom' in instance ? { file, text: instance.notDicom } : instance;
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM', 'ENOENT', 'EIO')) throw error;
    return { file, text: `it cannot be read (${codeOf(error)})` };
  }
}
