// How many GPUs of NVIDIA this host shows.

import { readdir } from 'node:fs/promises';
import { hasCode } from '../spool/error-code.ts';

/** undefined where there is no driver, or none of its devices: then the host may have others. */
export async function countGpus(): Promise<number | undefined> {
  try {
    const devices = (await readdir('/dev')).filter((name) => /^nvidia\d+$/.test(name));
    return devices.length === 0 ? undefined : devices.length;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES')) return undefined;
    throw error;
  }
}
