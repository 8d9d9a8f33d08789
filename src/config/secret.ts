// Secrets: a text in the configuration, or better the name of the file or the environment variable that holds it.
//
// A secret is read when it is used, never when the configuration is, and appears in no message and no listing.

import { readFile } from 'node:fs/promises';
import { codeOf } from '../spool/error-code.ts';

/** A secret as the configuration gives it. */
export type Secret = string | { readonly file: string } | { readonly env: string };

/** Keys of the configuration's files whose value is a secret. */
export const SECRET_KEYS: readonly string[] = ['passphrase', 'dbpassword', 'password', 'token'];

/**
 * The value of a key as it may be shown. What stands as a `key` and is no path is one that was written out by mistake,
 * and so is a password within an address.
 */
export function masked(key: string, value: unknown): unknown {
  const isKeyItself = key === 'key' && typeof value === 'string' && !value.startsWith('/');
  if (SECRET_KEYS.includes(key) || isKeyItself) return maskSecret(value);
  return typeof value === 'string' ? value.replace(/(:\/\/[^/@:]*:)[^/@]+@/, '$1********@') : value;
}

/** The secret's text, without the line break at the end of its file. A fault says where it was looked for in vain. */
export async function readSecret(secret: Secret): Promise<{ readonly text: string } | { readonly fault: string }> {
  if (typeof secret === 'string') return { text: secret };
  if ('env' in secret) {
    const text = process.env[secret.env];
    return text === undefined ? { fault: `the environment variable ${secret.env} is not set` } : { text };
  }
  try {
    return { text: (await readFile(secret.file, 'utf8')).replace(/\r?\n$/, '') };
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { fault: `${secret.file} cannot be read (${code})` };
  }
}

/** What stands for a secret wherever a configuration is shown. The name of a file or variable is none. */
export function maskSecret(secret: unknown): unknown {
  const isElsewhere = typeof secret === 'object' && secret !== null && ('file' in secret || 'env' in secret);
  return isElsewhere || secret === '' ? secret : '********';
}
