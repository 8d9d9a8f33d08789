// Finds an instance that leaves in the archive, where the station keeps it for good.

import { stat } from 'node:fs/promises';
import { isUID } from '../../dicom/uid.ts';
import { hasCode } from '../../spool/error-code.ts';
import type { Layout } from '../../spool/layout.ts';

/** @returns its path; undefined where what leaves is not what was received */
export async function findArchived(
  layout: Layout, file: string, StudyInstanceUID: string, SOPInstanceUID: string,
): Promise<string | undefined> {
  if (!isUID(StudyInstanceUID) || !isUID(SOPInstanceUID)) return undefined;
  const { dev, ino } = await stat(file);
  for (let version = 0; ; version += 1) {
    const path = layout.archivedInstance(StudyInstanceUID, SOPInstanceUID, version);
    const there = await findStats(path);
    if (there === undefined) return undefined;
    if (there.dev === dev && there.ino === ino) return path;
  }
}

async function findStats(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
