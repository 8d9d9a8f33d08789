// Checks what de-identification needs: the key, long enough and nobody else's; each profile's table of patients; and
// that what is kept for the way back can be read by nobody else.

import { stat } from 'node:fs/promises';
import type { Secret } from '../../config/secret.ts';
import { hasCode } from '../../spool/error-code.ts';
import { openProfile } from '../deidentify/open-profile.ts';
import type { Station } from '../station.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

const SUBJECT = 'de-identification';
/** Rights of the group and of others. */
const OTHERS = 0o077;
/** To write, of others than the owner: whoever can put another table there decides who is who. */
const OTHERS_WRITE = 0o022;

/** Nothing where nothing is de-identified. */
export async function checkDeidentification({ configuration }: Station): Promise<EnvironmentFinding[]> {
  const { deidentification } = configuration;
  if (deidentification === undefined) return [];
  const findings = await checkKeyFile(deidentification.key);
  const names = Object.keys(deidentification.profiles);
  for (const name of names) {
    const open = await openProfile(configuration, name);
    if ('unusable' in open) {
      findings.push(error(SUBJECT, `profile ${name}: ${open.unusable}`, 'until then its deliveries are held'));
    }
    const { table } = deidentification.profiles[name]?.patientID ?? {};
    if (table !== undefined) findings.push(...await checkTable(table));
  }
  return findings.length > 0 ? findings : [ok(SUBJECT, `the key can be read; profiles: ${names.join(', ')}`)];
}

async function checkKeyFile(key: Secret): Promise<EnvironmentFinding[]> {
  if (typeof key === 'string' || !('file' in key)) return [];
  const mode = await modeOf(key.file);
  if (mode === undefined || (mode & OTHERS) === 0) return [];
  const text = `the key ${key.file} can be used by others than its owner (mode ${(mode & 0o777).toString(8)})`;
  const remedy = `chmod 600 ${key.file}; whoever has read it can tell who is who, so think of a new one`;
  return [error(SUBJECT, text, remedy)];
}

async function checkTable(path: string): Promise<EnvironmentFinding[]> {
  const mode = await modeOf(path);
  if (mode === undefined || ((mode & OTHERS_WRITE) === 0 && (mode & 0o004) === 0)) return [];
  const text = `the table of patients ${path} is open to others (mode ${(mode & 0o777).toString(8)})`;
  return [warning(SUBJECT, text, `chmod 640 ${path}`)];
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode;
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT', 'ENOTDIR', 'EACCES')) return undefined; // told with the profile
    throw thrown;
  }
}
