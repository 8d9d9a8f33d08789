// What is noted beside claims: how far the streams have got with one, and which studies a person does not want to wait
// for. See docs/INTERNALS.md, "Arrivals".

import { readdir } from 'node:fs/promises';
import { isUID } from '../dicom/uid.ts';
import type { Missing } from '../job/missing.ts';
import { makeDirectoryDurable, removeFileDurable, writeJsonDurable } from './durable.ts';
import { hasCode } from './error-code.ts';
import type { Layout } from './layout.ts';
import type { Lease } from './lease.ts';
import { findText, parseLine } from './read.ts';

/** `.<claim>.streams`. A stream that is not in it has not been looked at, or just waits for its time. */
export interface ArrivalNote {
  readonly decided: readonly DecidedStream[];
  readonly waiting: readonly WaitingStream[];
}

export interface DecidedStream {
  readonly stream: string;
  /** Whether the headers of the study fitted its trigger. */
  readonly wanted: boolean;
  readonly jobs: readonly string[];
}

/** Its expectation was tried, and this was missing. */
export interface WaitingStream {
  readonly stream: string;
  /** What was expected, as text: where something else is configured now, it is tried again. */
  readonly expected: string;
  readonly missing: readonly Missing[];
}

/** A note that somebody damaged is as good as none: every stream is looked at again, and its jobs are found. */
export async function findArrivalNote(layout: Layout, claimName: string): Promise<ArrivalNote | undefined> {
  const [note] = parseLine<Partial<ArrivalNote> | null>(await findText(layout.arrivalNote(claimName)) ?? '');
  if (!Array.isArray(note?.decided) || !Array.isArray(note.waiting)) return undefined;
  return { decided: note.decided, waiting: note.waiting };
}

export async function writeArrivalNote(
  lease: Lease, layout: Layout, claimName: string, note: ArrivalNote,
): Promise<void> {
  lease.assertHeld();
  await writeJsonDurable(layout.arrivalNote(claimName), note);
}

/** The content of a wish, for people. */
export interface Release {
  readonly by: string;
  /** ISO 8601 UTC. */
  readonly releasedAt: string;
}

/** Notes that a study is to go on with what there is of it. Repeatable; needs no lease. */
export async function writeRelease(layout: Layout, StudyInstanceUID: string, release: Release): Promise<void> {
  await makeDirectoryDurable(layout.claimed);
  await writeJsonDurable(layout.release(StudyInstanceUID), release);
}

/** The StudyInstanceUIDs of all such studies. */
export async function listReleases(layout: Layout): Promise<string[]> {
  try {
    const names = await readdir(layout.claimed);
    return names.flatMap((name) => layout.releasedStudy(name) ?? []).filter(isUID);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

export async function removeRelease(lease: Lease, layout: Layout, StudyInstanceUID: string): Promise<void> {
  lease.assertHeld();
  await removeFileDurable(layout.release(StudyInstanceUID));
}
