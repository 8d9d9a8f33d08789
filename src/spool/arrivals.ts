// Marks and claims: what is arriving and what has been taken to be worked on. See docs/INTERNALS.md, "Arrivals".
//
// Promises: a mark is claimed by one rename, a claim is removed last, and no instance in between is forgotten.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatStamp, parseStamp } from '../job/stamp.ts';
import type { ArrivalOrigin } from '../job/job.ts';
import { linkOrKeep, makeDirectoryDurable, moveDurable, removeFileDurable, syncDirectory } from './durable.ts';
import { hasCode } from './error-code.ts';
import type { Layout } from './layout.ts';
import type { Lease } from './lease.ts';
import { parseMarkName } from './mark-name.ts';
import { exists, listDirectory } from './read.ts';

/** A study or series that is arriving. */
export interface Mark {
  /** Name of its file. */
  readonly name: string;
  readonly origin: ArrivalOrigin;
  /** When the last instance came in. */
  readonly markedAt: Date;
}

/** A mark that was taken. Its name, `<stamp> <mark name>`, is the arrival's identity. */
export interface Claim {
  readonly name: string;
  readonly markName: string;
  readonly origin: ArrivalOrigin;
  readonly arrivedAt: Date;
}

/** What is arriving, oldest first. Files whose names are no mark names come back as `strangers`. */
export async function listMarks(layout: Layout): Promise<{ marks: Mark[]; strangers: string[] }> {
  const marks: Mark[] = [];
  const strangers: string[] = [];
  for (const name of await listDirectory(layout.arrived)) {
    const parsed = parseMarkName(name);
    const markedAt = await modifiedAt(layout.mark(name));
    if (parsed === undefined) {
      strangers.push(name);
    } else if (markedAt !== undefined) {
      const origin = { ...parsed, arrivedAt: markedAt.toISOString() };
      marks.push({ name, origin, markedAt });
    }
  }
  marks.sort((a, b) => a.markedAt.getTime() - b.markedAt.getTime());
  return { marks, strangers };
}

/** What was claimed and not finished, oldest first. */
export async function listClaims(layout: Layout): Promise<Claim[]> {
  return (await listDirectory(layout.claimed)).flatMap((name) => parseClaimName(name) ?? []);
}

/** What was set aside for a person, oldest first. */
export async function listRejected(layout: Layout): Promise<Claim[]> {
  return (await listDirectory(layout.rejected)).flatMap((name) => parseClaimName(name) ?? []);
}

/** Takes a mark. @returns undefined where it is gone, or an instance came in meanwhile: the study is arriving still */
export async function claimMark(lease: Lease, layout: Layout, mark: Mark): Promise<Claim | undefined> {
  const claim: Claim = {
    name: `${formatStamp(mark.markedAt)} ${mark.name}`,
    markName: mark.name,
    origin: mark.origin,
    arrivedAt: mark.markedAt,
  };
  await makeDirectoryDurable(layout.claimed);
  lease.assertHeld();
  try {
    await moveDurable(layout.mark(mark.name), layout.claim(claim.name)); // commit: later instances make a new mark
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  return await giveBackIfTouched(lease, layout, claim) ? undefined : claim;
}

/** Removes a mark for which another, later one stands. An instance that still comes makes it anew. */
export async function removeMark(lease: Lease, layout: Layout, mark: Mark): Promise<void> {
  lease.assertHeld();
  await removeFileDurable(layout.mark(mark.name));
}

/**
 * Turns a claim back into a mark where an instance came in between the look at the mark's time and its rename (the time
 * in the name is not the file's). @returns whether it was given back
 */
export async function giveBackIfTouched(lease: Lease, layout: Layout, claim: Claim): Promise<boolean> {
  const path = layout.claim(claim.name);
  const touchedAt = await modifiedAt(path);
  if (touchedAt === undefined || formatStamp(touchedAt) === formatStamp(claim.arrivedAt)) return false;
  lease.assertHeld();
  await linkOrKeep(path, layout.mark(claim.markName)); // a mark that is there already is newer and stands for both
  await syncDirectory(layout.arrived);
  await removeFileDurable(path);
  return true;
}

/** Ends an arrival: its cause is removed, last of all. */
export async function removeClaim(lease: Lease, layout: Layout, claim: Claim): Promise<void> {
  lease.assertHeld();
  await removeFileDurable(layout.claim(claim.name)); // commit: the arrival is done with
  for (const note of [layout.actionsDone(claim.name), layout.arrivalNote(claim.name)]) {
    if (await exists(note)) await removeFileDurable(note);
  }
}

/**
 * Removes notes without their claim: it was given back, or a run died in the middle of removeClaim. Those of one that was
 * set aside stay while it lies there, for when a person puts it back.
 */
export async function removeOldNotes(lease: Lease, layout: Layout): Promise<void> {
  await makeDirectoryDurable(layout.claimed);
  const names = new Set(await readdir(layout.claimed));
  for (const name of names) {
    const claim = layout.claimOfNote(name);
    if (claim === undefined || names.has(claim)) continue;
    // In this order, which is that of a person who puts it back just now.
    if (await exists(layout.asideClaim(claim)) || await exists(layout.claim(claim))) continue;
    lease.assertHeld();
    await removeFileDurable(layout.claim(name));
  }
}

/** Sets a file of `.arrived` or `.claimed` aside for a person. @returns where it lies now */
export async function setAside(lease: Lease, layout: Layout, path: string, name: string): Promise<string> {
  await makeDirectoryDurable(layout.rejected);
  lease.assertHeld();
  const aside = join(layout.rejected, name);
  await moveDurable(path, aside);
  return aside;
}

function parseClaimName(name: string): Claim[] | undefined {
  const space = name.indexOf(' ');
  const arrivedAt = parseStamp(name.slice(0, space));
  const markName = name.slice(space + 1);
  const parsed = parseMarkName(markName);
  if (arrivedAt === undefined || parsed === undefined) return undefined;
  return [{ name, markName, origin: { ...parsed, arrivedAt: arrivedAt.toISOString() }, arrivedAt }];
}

/** undefined where it is gone. Rounded down to milliseconds, as stamps are. */
async function modifiedAt(path: string): Promise<Date | undefined> {
  try {
    return new Date(Math.floor((await stat(path)).mtimeMs));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
