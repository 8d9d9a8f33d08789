// Every command with its declaration and what is told of it, for what is generated from them.

import { readFile } from 'node:fs/promises';
import type { Declaration } from '../declaration.ts';
import { COMMANDS } from '../table.ts';

export interface DeclaredCommand {
  readonly name: string;
  readonly group: string;
  readonly declaration: Declaration;
  /** The text of told/<name>.md. */
  readonly told: string;
}

/** In the order in which help lists them. */
export async function readDeclarations(): Promise<DeclaredCommand[]> {
  return Promise.all(COMMANDS.map(async ({ name, group, load }) => ({
    name, group,
    declaration: await load(),
    told: await readFile(new URL(`told/${name}.md`, import.meta.url), 'utf8'),
  })));
}
