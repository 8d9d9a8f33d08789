// Which classes there are, for messages about statements that ask for others.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RULES_FILE } from './finding.ts';
import { itemsAt, textAt } from './loose.ts';
import { findProgramRoot } from './program-root.ts';

/** The classes that rules give, whatever else is wrong with them; undefined where none can be made out. */
export function classesOf(rules: unknown): ReadonlySet<string> | undefined {
  const types = itemsAt({ rules }, 'rules').flatMap((rule) => textAt(rule, 'type') ?? []);
  return types.length === 0 ? undefined : new Set(types);
}

/** Those that the program's own rules give. */
export async function readOwnClasses(): Promise<ReadonlySet<string> | undefined> {
  return classesOf(JSON.parse(await readFile(join(findProgramRoot(), 'config', RULES_FILE), 'utf8')));
}
