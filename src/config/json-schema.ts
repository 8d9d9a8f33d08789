// The JSON Schemas of the configuration's files, for editors and for `config schema`. They are made from the schemas in
// schema/ when those change, and shipped as files.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_NAMES, type FileName } from './finding.ts';
import { findProgramRoot } from './program-root.ts';

/** Where the JSON Schema of a file is shipped. */
export function jsonSchemaPath(file: FileName): string {
  return join(findProgramRoot(), 'config', 'schema', file);
}

/** Text of each file's JSON Schema (draft-07). */
export async function readJsonSchemas(): Promise<Readonly<Record<FileName, string>>> {
  const texts = await Promise.all(FILE_NAMES.map(async (name) => [name, await readFile(jsonSchemaPath(name), 'utf8')]));
  return Object.fromEntries(texts) as Record<FileName, string>;
}
