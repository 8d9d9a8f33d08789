// Which destinations a person holds, on disk: one file for each. One that was made by hand, whatever is in it, holds
// its destination, too.

import { decodeFromPath } from '../dicom/path-encoding.ts';
import type { HeldDestination } from '../job/held-destination.ts';
import { makeDirectoryDurable, removeFileDurable, writeJsonDurable } from './durable.ts';
import type { Layout } from './layout.ts';
import { findText, listDirectory, parseLine } from './read.ts';

const ENDING = '.json';

/** undefined where nobody holds it */
export async function findHeldDestination(layout: Layout, destination: string): Promise<HeldDestination | undefined> {
  const text = await findText(layout.heldDestination(destination));
  if (text === undefined) return undefined;
  const [held] = parseLine<Partial<HeldDestination>>(text);
  return { heldAt: '', ...held, destination };
}

/** In order of name. */
export async function listHeldDestinations(layout: Layout): Promise<HeldDestination[]> {
  const files = (await listDirectory(layout.heldDestinations)).filter((name) => name.endsWith(ENDING)).sort();
  const found = await Promise.all(files.map((name) => {
    return findHeldDestination(layout, decodeFromPath(name.slice(0, -ENDING.length)));
  }));
  return found.filter((held) => held !== undefined);
}

export async function writeHeldDestination(layout: Layout, held: HeldDestination): Promise<void> {
  await makeDirectoryDurable(layout.heldDestinations);
  await writeJsonDurable(layout.heldDestination(held.destination), held);
}

/** Of one that is held. */
export async function removeHeldDestination(layout: Layout, destination: string): Promise<void> {
  await removeFileDurable(layout.heldDestination(destination));
}
