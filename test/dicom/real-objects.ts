// Real DICOM objects and DCMTK, for the tests that compare with them where they are there.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Why tests with real objects are skipped, or false. */
export const withoutRealObjects = existsSync(folder) ? false : `no real DICOM objects in ${folder}`;

/** Why tests that compare real objects with DCMTK are skipped, or false. */
export const withoutDCMTK =
  withoutRealObjects || (spawnSync('dcmdump', ['--version']).status === 0 ? false : 'DCMTK is not installed');

/** The paths of all real objects. */
export function realObjects(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.dcm')).map(realObject);
}

export function realObject(name: string): string {
  return join(folder, name);
}

/** An element of the top level as dcmdump prints it. */
export interface DumpedElement {
  tag: number;
  vr: string;
  /** Undefined where dcmdump says u/l. */
  length: number | undefined;
  /** What stands between brackets. */
  text: string | undefined;
}

/** The top level of a dataset, read by dcmdump, up to PixelData. */
export function dump(path: string): DumpedElement[] {
  const lines = execFileSync('dcmdump', ['-q', '-Un', '+L', path], { encoding: 'latin1' }).split('\n');
  const elements: DumpedElement[] = [];
  for (const line of lines.slice(lines.indexOf('# Dicom-Data-Set'))) {
    const [, group, element, vr = '', value = '', length] =
      /^\(([0-9a-f]{4}),([0-9a-f]{4})\) (..) (.*) # +(\d+|u\/l),/.exec(line) ?? [];
    if (group === undefined || element === undefined) continue;
    const tag = ((parseInt(group, 16) << 16) | parseInt(element, 16)) >>> 0;
    if (tag >= 0x7fe00008 && tag < 0xfffe0000) break;
    if (tag >= 0xfffe0000) continue;
    const text = /^\[(.*)\] *$/.exec(value)?.[1];
    elements.push({ tag, vr, length: length === 'u/l' ? undefined : Number(length), text });
  }
  return elements;
}
