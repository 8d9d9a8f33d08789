// Which kinds of devices containers can be given by name on this host: the files of the Container Device Interface,
// https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../spool/error-code.ts';

/** Where engines look unless they are told otherwise. */
const FOLDERS = ['/etc/cdi', '/var/run/cdi'];

/** Such as `nvidia.com/gpu`, the `kind` of each file. A file that cannot be read names none. */
export async function listDeviceKinds(folders: readonly string[] = FOLDERS): Promise<string[]> {
  const kinds: string[] = [];
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(noneIfHindered)) {
      if (!/\.(json|ya?ml)$/.test(name)) continue;
      const text = await readFile(join(folder, name), 'utf8').catch(noneIfHindered);
      const [, kind] = /^\s*[{,]?\s*"?kind"?\s*:\s*"?([\w.-]+\/[\w.-]+)/m.exec(String(text)) ?? [];
      if (kind !== undefined) kinds.push(kind);
    }
  }
  return kinds;
}

function noneIfHindered(error: unknown): never[] {
  if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR')) return [];
  throw error;
}
