// Reading state: what is missing is a value; what cannot be read, or is no JSON where the station wrote it, is thrown.

import { access, readFile, readdir } from 'node:fs/promises';
import { DamagedFile } from './damaged-file.ts';
import { hasCode } from './error-code.ts';

/** Entries of a directory in order of name, without those that begin with a dot; empty where it does not exist. */
export async function listDirectory(path: string): Promise<string[]> {
  try {
    const names = await readdir(path);
    return names.filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Whether a path leads to something. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Whether a name begins as the ids of jobs and deliveries do, with the time of arrival. */
export function isId(name: string): boolean {
  return /^\d{8}T\d{9}Z-/.test(name);
}

/** A file's text, undefined where it does not exist. */
export async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/**
 * A JSON file that the station wrote itself, undefined where it does not exist.
 * @throws {DamagedFile} where somebody damaged it: durable writes never leave half a file
 */
export async function findJson<T>(path: string): Promise<T | undefined> {
  const text = await findText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    if (error instanceof SyntaxError) throw new DamagedFile(path, 'it is not JSON');
    throw error;
  }
}

/** The objects of a JSON-lines file; lines that are no JSON (cut short by a crash) are stepped over. */
export async function findJsonLines<T>(path: string): Promise<T[]> {
  const text = await findText(path);
  if (text === undefined) return [];
  return text.split('\n').flatMap((line) => parseLine<T>(line));
}

/** The object of one line as a list, empty where the line is blank or damaged. */
export function parseLine<T>(line: string): T[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as T];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
