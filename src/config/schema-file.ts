// A JSON Schema that lies in a file of its own, read when it is used: whoever changes it need not touch the
// configuration.

import { readFile } from 'node:fs/promises';
import { codeOf } from '../spool/error-code.ts';
import { parseJsonText, type JsonText } from './jsonc.ts';

/** What stands in it, or why that cannot be known. */
export async function readSchemaFile(path: string): Promise<JsonText | { readonly unreadable: string }> {
  try {
    return parseJsonText(await readFile(path, 'utf8'));
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { unreadable: `cannot be read (${code})` };
  }
}
