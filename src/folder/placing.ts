// What is put into somebody's folders, how, and what comes of it. Types only.

import type { Copies, OnCollision } from '../config/folder-words.ts';
import type { Failure } from '../job/failure.ts';


/** Whose the files and folders are that are made, and who may use them. */
export interface Rights {
  /** Of files. */
  readonly mode: number;
  /** Of folders; that they pass their group on stays as it is where they are made. */
  readonly directoryMode: number;
  /** Left out: the group of the process, or that of a folder that passes its own on. */
  readonly gid?: number;
}

export interface FileToPlace {
  /** Tells it from the others; stands in what comes of it. */
  readonly id: string;
  /** Folders below the root and, last, the file: safe names. */
  readonly names: readonly string[];
  readonly content: { readonly file: string; readonly copies: Copies } | { readonly text: string };
  readonly onCollision: OnCollision;
}

/** What became of a file. */
export type Placed =
  /** `names` is where it lies: its last may have got a number. */
  | { readonly id: string; readonly how: 'new' | 'same' | 'kept'; readonly names: readonly string[] }
  | { readonly id: string; readonly how: 'failed'; readonly hindrance: Hindrance };

/** Why one file cannot be put where it should be, though the folders work. */
export type Hindrance =
  | { readonly kind: 'taken' }
  /** `level` counts the names from 1. */
  | { readonly kind: 'blocked'; readonly level: number; readonly by: 'file or link' | 'mount' }
  | { readonly kind: 'too-long' };

/** The folders as a whole do not work. */
export type FolderFault = Extract<Failure, {
  reason: 'folder-missing' | 'folder-unmarked' | 'folder-forbidden' | 'folder-group' | 'folder-note-hindered'
    | 'space-short' | 'input-output';
}>;
