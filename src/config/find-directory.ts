// Finds the configuration's directory: the one named on the command line, else $DTS_CONFIG, else the one that
// install.sh was given for this copy of the program, else /etc/dts, else config/ of the program's own folder.
//
// Promises: an installed copy, which has a note of its directory, looks nowhere else: never does it run on the samples.

import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { codeOf } from '../spool/error-code.ts';
import type { ConfigurationProblem } from './finding.ts';
import { findProgramRoot } from './program-root.ts';

/** Beside package.json of an installed copy, written by install.sh: the absolute path of its configuration. */
const INSTALLATION_NOTE = 'configuration-directory';
const ONE_PATH = 'one line, an absolute path, as install.sh writes it';

/** A directory and the names of what lies in it. */
export interface ConfigurationDirectory {
  readonly directory: string;
  readonly names: readonly string[];
}

/** Where to look when nobody names a directory. */
export interface Places {
  readonly findProgramRoot: () => string;
  readonly ofSystem: string;
}

const PLACES: Places = { findProgramRoot, ofSystem: '/etc/dts' };

/** A directory that somebody named must exist; only the last two are tried in turn. */
export function findDirectory(
  named?: string, places: Places = PLACES,
): ConfigurationDirectory | ConfigurationProblem {
  if (named !== undefined) return list(resolve(named), 'an existing directory, as --config names one');
  const { DTS_CONFIG } = process.env;
  if (DTS_CONFIG !== undefined && DTS_CONFIG !== '') {
    return list(resolve(DTS_CONFIG), 'an existing directory, as $DTS_CONFIG names one');
  }
  const root = places.findProgramRoot();
  const ofInstallation = findOfInstallation(join(root, INSTALLATION_NOTE));
  if (ofInstallation !== undefined) return ofInstallation;
  const ofSystem = list(places.ofSystem, 'a directory');
  if ('names' in ofSystem || ofSystem.value !== 'ENOENT') return ofSystem;
  return list(join(root, 'config'), 'a directory');
}

/** undefined where the program was not installed and runs from a checkout */
function findOfInstallation(note: string): ConfigurationDirectory | ConfigurationProblem | undefined {
  try {
    const directory = readFileSync(note, 'utf8').trim();
    if (isAbsolute(directory)) return list(directory, `an existing directory, as ${note} names one`);
    return problem(note, 'the file names no directory', JSON.stringify(directory), ONE_PATH);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return code === 'ENOENT' ? undefined : problem(note, 'the file cannot be read', code, ONE_PATH);
  }
}

function list(directory: string, expected: string): ConfigurationDirectory | ConfigurationProblem {
  try {
    return { directory, names: readdirSync(directory) };
  } catch (error) {
    const value = codeOf(error);
    if (value === undefined) throw error;
    return problem(directory, 'the directory cannot be read', value, expected);
  }
}

function problem(file: string, message: string, value: string, expected: string): ConfigurationProblem {
  return { level: 'error', file, line: 1, column: 1, path: '', message, value, expected };
}
