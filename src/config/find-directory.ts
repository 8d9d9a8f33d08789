// Finds the configuration's directory: the one named on the command line, else $DTS_CONFIG, else /etc/dts, else
// config/ of the program's own folder.

import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { codeOf } from '../spool/error-code.ts';
import type { ConfigurationProblem } from './finding.ts';
import { findProgramRoot } from './program-root.ts';

const SYSTEM_DIRECTORY = '/etc/dts';

/** A directory and the names of what lies in it. */
export interface ConfigurationDirectory {
  readonly directory: string;
  readonly names: readonly string[];
}

/** A directory that somebody named must exist; only the other two are tried in turn. */
export function findDirectory(named?: string): ConfigurationDirectory | ConfigurationProblem {
  const { DTS_CONFIG } = process.env;
  if (named !== undefined) return list(resolve(named), 'an existing directory, as --config names one');
  if (DTS_CONFIG !== undefined && DTS_CONFIG !== '') {
    return list(resolve(DTS_CONFIG), 'an existing directory, as $DTS_CONFIG names one');
  }
  const ofSystem = list(SYSTEM_DIRECTORY, 'a directory');
  if ('names' in ofSystem || ofSystem.value !== 'ENOENT') return ofSystem;
  return list(join(findProgramRoot(), 'config'), 'a directory');
}

function list(directory: string, expected: string): ConfigurationDirectory | ConfigurationProblem {
  try {
    return { directory, names: readdirSync(directory) };
  } catch (error) {
    const value = codeOf(error);
    if (value === undefined) throw error;
    const message = 'the directory cannot be read';
    return { level: 'error', file: directory, line: 1, column: 1, path: '', message, value, expected };
  }
}
