// Somebody's folders as instances are put into them: what a destination of the configuration says, or a person by hand,
// with its templates read.

import type { Dictionary } from '../../dicom/dictionary.ts';
import {
  parsePathTemplate, parseReadyPath, parseRelativePath, type PathTemplate, type ReadyPath,
} from '../../dicom/template/path-template.ts';
import type { TemplateProblem } from '../../dicom/template/template.ts';
import type { FolderToFill } from '../../folder/open-placing.ts';
import type { Copies, OnCollision } from '../../config/folder-words.ts';

export interface FolderTarget extends FolderToFill {
  /** Below the root. */
  readonly path: Pick<PathTemplate, 'names'>;
  readonly copies: Copies;
  readonly onCollision: OnCollision;
  /** Whether a description of each series lies beside its files. */
  readonly sidecar: boolean;
  /** Of the file that says that everything is there: below each folder with files, or below the root. */
  readonly ready?: ReadyPath;
}

/** What `parseTarget` makes a target of. */
export interface TargetWords extends Omit<FolderTarget, 'root' | 'path' | 'ready'> {
  /** Absolute where it stands alone. */
  readonly path: string;
  /** The folder that `path` is below; left out: `path` says so itself. */
  readonly root?: string;
  readonly ready?: string;
}

/** @returns or what is wrong with its path, or with the name of what says that it is ready */
export function parseTarget(
  { path: pathText, root, ready: readyText, ...others }: TargetWords, dictionary: Dictionary,
): FolderTarget | TemplateProblem {
  const path = root === undefined ? parsePathTemplate(pathText, dictionary) : parseRelativePath(pathText, dictionary);
  if ('message' in path) return path;
  const ready = readyText === undefined ? undefined : parseReadyPath(readyText, dictionary);
  if (ready !== undefined && 'message' in ready) return ready;
  return { ...others, root: root ?? path.root, path, ...ready === undefined ? {} : { ready } };
}
