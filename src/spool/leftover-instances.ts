// The names of files in temp, and the removal of those that a killed receiver left.
//
// A name holds the identity of the process that writes the file: host, boot, pid and start time. Only files of a
// process of this host that is certainly gone are removed; everything else in temp stays, for nothing goes by age.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFileDurable, WRITING_PREFIX } from './durable.ts';
import type { Layout } from './layout.ts';
import { lifeOf, ownIdentity, type ProcessIdentity } from '../host/process-identity.ts';
import { formatProcessName, parseProcessName } from './process-name.ts';

/** Looked up once, when there are file descriptors to be had for sure. */
const OWN_PREFIX = `${WRITING_PREFIX}${formatProcessName(ownIdentity())}`;

let named = 0;

/** A name that no other file in temp has. */
export function nextIncomingName(): string {
  named += 1;
  return `${OWN_PREFIX}.${named}`;
}

/** Removes what receivers that are dead were writing when they died. Nobody got a Success for it. @returns how many */
export async function removeLeftoverInstances(layout: Layout): Promise<number> {
  const leftovers = (await readdir(layout.temp)).filter((name) => {
    const writer = parseName(name);
    return writer !== undefined && lifeOf(writer) === 'dead';
  });
  for (const name of leftovers) await removeFileDurable(join(layout.temp, name));
  return leftovers.length;
}

function parseName(name: string): ProcessIdentity | undefined {
  if (!name.startsWith(WRITING_PREFIX)) return undefined;
  return parseProcessName(name.slice(WRITING_PREFIX.length, name.lastIndexOf('.')));
}
