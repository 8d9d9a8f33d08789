// Reads the configuration's files, each of which may be missing. All at one go and without waiting: a command does
// nothing else meanwhile, and it saves every tick two milliseconds.

import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../spool/error-code.ts';
import type { AnyFileName } from './finding.ts';
import { type JsonText, parseJsonText } from './jsonc.ts';

/** What stands in a file. A missing one counts as the empty object and has no `path`. */
export type ConfigurationFile = JsonText & { readonly path?: string };
export type ConfigurationFiles = Readonly<Record<AnyFileName, ConfigurationFile>>;

/** @param names those that are there and wanted. */
export function readFiles(directory: string, names: readonly string[]): ConfigurationFiles {
  const readFile = (name: AnyFileName) => {
    return names.includes(name) ? readJson(join(directory, name)) : parseJsonText('{}');
  };
  return {
    'receiver.json': readFile('receiver.json'),
    'config.json': readFile('config.json'),
    'select_statements.json': readFile('select_statements.json'),
    'classify_rules.json': readFile('classify_rules.json'),
  };
}

/** @param prepare what is done to the text before it is read; it must leave everything in its place */
export function readJson(path: string, prepare = (text: string) => text): ConfigurationFile {
  try {
    const bytes = readFileSync(path);
    if (!isUtf8(bytes)) return unreadable(path, 'the file is not in UTF-8');
    return { ...parseJsonText(prepare(withoutByteOrderMark(bytes.toString('utf8')))), path };
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return unreadable(path, `the file cannot be read (${code})`);
  }
}

function unreadable(path: string, message: string): ConfigurationFile {
  return { ...parseJsonText('{}'), path, faults: [{ characterOfFile: 0, message }] };
}

/** Editors on Windows put it in front, and it counts in no editor's columns. */
function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
