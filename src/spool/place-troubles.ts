// Which places do not work just now, on disk: one file for each, shared by all deliveries, hosts and runs.
//
// Promises: what is written is whole and survives a crash. Whoever reads one that is damaged finds none: it is written
// again by the next try.

import type { PlaceTrouble } from '../job/place-trouble.ts';
import { makeDirectoryDurable, removeFileDurable, writeJsonDurable } from './durable.ts';
import type { Layout } from './layout.ts';
import { findText, listDirectory, parseLine } from './read.ts';

/** undefined where the place works, as far as is known */
export async function findTrouble(layout: Layout, place: string): Promise<PlaceTrouble | undefined> {
  return read(layout.placeTrouble(place));
}

/** Of every place that does not work, longest trouble first. */
export async function listTroubles(layout: Layout): Promise<PlaceTrouble[]> {
  const found = await Promise.all((await listDirectory(layout.placeTroubles)).map((name) => {
    return read(layout.placeTroubleNamed(name));
  }));
  return found.filter((trouble) => trouble !== undefined)
    .sort((one, other) => one.failingSince.localeCompare(other.failingSince));
}

export async function writeTrouble(layout: Layout, trouble: PlaceTrouble): Promise<void> {
  await makeDirectoryDurable(layout.placeTroubles);
  await writeJsonDurable(layout.placeTrouble(trouble.place), trouble);
}

/** Does nothing where there is none. */
export async function removeTrouble(layout: Layout, place: string): Promise<void> {
  await removeFileDurable(layout.placeTrouble(place));
}

async function read(path: string): Promise<PlaceTrouble | undefined> {
  const [trouble] = parseLine<PlaceTrouble>(await findText(path) ?? '');
  return trouble;
}
