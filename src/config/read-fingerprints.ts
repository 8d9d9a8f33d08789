// Reads the fingerprints of a configuration directory: the files fingerprints/*.json.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../spool/error-code.ts';
import type { ConfigurationProblem, FingerprintFileName } from './finding.ts';
import type { JsonText } from './jsonc.ts';
import { type ConfigurationFile, readJson } from './read-files.ts';

/** The folder of fingerprints. */
export const FINGERPRINTS = 'fingerprints';
/** Certificates that servers of fingerprints may show, as the system has them that fingerprints come from. */
const AUTHORITIES = ['CERTS', 'cert.crt'] as const;

export interface FingerprintFile {
  readonly file: FingerprintFileName;
  /** Of its stream. */
  readonly name: string;
  readonly json: ConfigurationFile & JsonText;
}

export interface FingerprintFiles {
  /** In order of name. */
  readonly files: readonly FingerprintFile[];
  /** Where there is such a file. */
  readonly ca?: string;
}

/** @param names what the configuration directory holds */
export function readFingerprints(directory: string, names: readonly string[]): FingerprintFiles | ConfigurationProblem {
  if (!names.includes(FINGERPRINTS)) return { files: [] };
  const folder = join(directory, FINGERPRINTS);
  let found: string[];
  try {
    found = readdirSync(folder);
  } catch (error) {
    const value = codeOf(error);
    if (value === undefined) throw error;
    return {
      level: 'error', file: folder, line: 1, column: 1, path: '', message: 'the folder cannot be read', value,
      expected: 'a folder of fingerprints',
    };
  }
  const ca = join(directory, ...AUTHORITIES);
  return {
    files: found.filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort().map((name) => ({
      file: `fingerprints/${name}`,
      name: name.slice(0, -'.json'.length),
      json: readJson(join(folder, name), blankHashComments),
    })),
    ...(existsSync(ca) ? { ca } : {}),
  };
}

/** `# …` to the end of its line, outside of texts, becomes blanks, so that everything stays in its place. */
export function blankHashComments(text: string): string {
  const pieces = /"(?:\\[^]|[^"\\\n])*"?|\/\/[^\n]*|\/\*[^]*?\*\/|#[^\n]*/g;
  return text.replace(pieces, (piece) => (piece.startsWith('#') ? ' '.repeat(piece.length) : piece));
}
