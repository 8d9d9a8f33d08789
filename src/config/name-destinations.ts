// Names for destinations that were given none: made of what they are, each different one with a name of its own.

import { basename } from 'node:path';
import type { Destination } from './destination.ts';

/** A destination of which only the name may still be missing. */
export type Unnamed<Kind = Destination> = Kind extends Destination
  ? Omit<Kind, 'name'> & { readonly name: string | undefined } : never;

/**
 * The name of each, by its content: the given one, or what it is called itself, or, where several different ones are
 * called so, more than that (and a number where even that is not enough). Equal ones share a name, so that streams
 * which write the same destination out mean the same one.
 */
export function nameDestinations<Kind extends Destination>(
  destinations: readonly Unnamed[],
): (destination: Unnamed<Kind>) => string {
  const taken = new Set(destinations.flatMap(({ name }) => name ?? []));
  const unnamed = new Map(destinations.flatMap((destination) => {
    return destination.name === undefined ? [[contentOf(destination), callsOf(destination)] as const] : [];
  }));
  const timesUsed = new Map<string, number>();
  for (const { short } of unnamed.values()) timesUsed.set(short, (timesUsed.get(short) ?? 0) + 1);
  const names = new Map<string, string>();
  for (const [content, { short, long }] of unnamed) {
    const isUnique = timesUsed.get(short) === 1 && !taken.has(plain(short));
    const name = firstFree(plain(isUnique ? short : long), taken);
    taken.add(name);
    names.set(content, name);
  }
  return (destination) => destination.name ?? names.get(contentOf(destination)) ?? '';
}

/** What a destination is called where it has no name. */
function callsOf(destination: Unnamed): { readonly short: string; readonly long: string } {
  switch (destination.type) {
    case 'dicom': {
      const { AETitle, IP, PORT } = destination;
      return { short: AETitle, long: `${AETitle}_${IP}_${PORT}` };
    }
    case 'dicomweb': {
      const { hostname, host, pathname } = new URL(destination.url);
      return { short: hostname, long: `${host}${pathname}` };
    }
    case 'folder': return { short: basename(destination.root), long: destination.root };
    case 'sender': return { short: 'sender', long: 'sender' };
  }
}

function contentOf(destination: object): string {
  return JSON.stringify(destination);
}

/** Names stand in file names and on command lines; AE titles may hold blanks and slashes, IPv6 addresses colons. */
function plain(text: string): string {
  return text.trim().replace(/[^A-Za-z0-9._-]/g, '-').replace(/^\./, '-');
}

function firstFree(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}
