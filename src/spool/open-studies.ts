// Which study each open association stores into, noted where `scan-arrived` sees it: one file an association, whose
// name says which process it belongs to and which study it is at.
//
// Costs a system call a study and association, not an instance: made at the first instance, renamed when the
// association goes on to another study, removed when it ends. Never synced: a note ends with its process, and one of a
// process that is dead counts for nothing.

import { closeSync, mkdirSync, openSync, readdirSync, renameSync, unlinkSync } from 'node:fs';
import { isUID } from '../dicom/uid.ts';
import { lifeOf, ownIdentity } from '../host/process-identity.ts';
import { DIRECTORY_MODE, FILE_MODE } from './durable.ts';
import { codeOf, hasCode } from './error-code.ts';
import type { Layout } from './layout.ts';
import { formatProcessName, parseProcessName } from './process-name.ts';

/** The notes of one receiver. An association is any object that stands for it as long as it is open. */
export class OpenStudies {
  readonly #layout: Layout;
  readonly #process = formatProcessName(ownIdentity());
  readonly #open = new Map<object, { readonly number: number; readonly StudyInstanceUID: string }>();
  readonly #ended = new WeakSet<object>();
  /** Notes of ended associations that could not be removed: they hold their study back, for a time that is bounded. */
  readonly #left = new Set<string>();
  #noted = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** Before an instance of a study is stored. @throws the system's error */
  note(association: object, StudyInstanceUID: string): void {
    const open = this.#open.get(association);
    if (open?.StudyInstanceUID === StudyInstanceUID || this.#ended.has(association)) return;
    const number = open?.number ?? (this.#noted += 1);
    const path = this.#path(number, StudyInstanceUID);
    const isRenamed = open !== undefined && rename(this.#path(number, open.StudyInstanceUID), path);
    if (!isRenamed) this.#make(path);
    this.#open.set(association, { number, StudyInstanceUID });
  }

  /**
   * Nothing more will come. What is noted of it afterwards, of an instance under way, goes nowhere. A note that the disk
   * does not give up now is removed when another association ends.
   */
  end(association: object): void {
    this.#ended.add(association);
    const open = this.#open.get(association);
    if (open === undefined) return;
    this.#open.delete(association);
    this.#left.add(this.#path(open.number, open.StudyInstanceUID));
    for (const path of this.#left) if (removeNote(path)) this.#left.delete(path);
  }

  #make(path: string): void {
    mkdirSync(this.#layout.openStudies, { recursive: true, mode: DIRECTORY_MODE }); // somebody may have tidied up
    closeSync(openSync(path, 'w', FILE_MODE));
  }

  #path(number: number, StudyInstanceUID: string): string {
    return this.#layout.openStudy(`${this.#process}.${number} ${StudyInstanceUID}`);
  }
}

/** The studies that open associations store into. Of another host's process it is not known whether it lives. */
export function findOpenStudies(layout: Layout): Set<string> {
  return new Set(listNotes(layout).filter(({ life }) => life !== 'dead').map((note) => note.StudyInstanceUID));
}

/** Removes what receivers of this host that are dead had noted. */
export function removeOldOpenStudies(layout: Layout): void {
  for (const { name, life } of listNotes(layout)) {
    if (life === 'dead') removeNote(layout.openStudy(name));
  }
}

interface Note {
  readonly name: string;
  readonly StudyInstanceUID: string;
  readonly life: ReturnType<typeof lifeOf>;
}

function listNotes(layout: Layout): Note[] {
  return namesIn(layout.openStudies).flatMap((name) => {
    const [association = '', StudyInstanceUID = ''] = name.split(' ');
    const identity = parseProcessName(association.slice(0, association.lastIndexOf('.')));
    return identity === undefined || !isUID(StudyInstanceUID) ? [] : { name, StudyInstanceUID, life: lifeOf(identity) };
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** @returns false where it is not there */
function rename(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** @returns false where the disk does not do it now */
function removeNote(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return hasCode(error, 'ENOENT');
  }
}
