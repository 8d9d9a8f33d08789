// Checks the folders that instances are delivered to: there, ours to write, on the right disk, with room.

import { stat } from 'node:fs/promises';
import type { FolderDestination } from '../../config/destination.ts';
import { failureText } from '../../job/failure-text.ts';
import { examineFolder } from '../../folder/examine-folder.ts';
import { askFolder } from '../carry/ask-folder.ts';
import type { Station } from '../station.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

/** Under this share free, a study may not fit any more. */
const LITTLE_PERCENT = 2;

export async function checkLabFolders({ configuration, layout }: Station): Promise<EnvironmentFinding[]> {
  const folders = configuration.destinations.filter((destination) => destination.type === 'folder');
  const findings: EnvironmentFinding[] = [];
  for (const folder of folders) findings.push(...await checkLabFolder(folder, layout.datadir));
  return findings;
}

async function checkLabFolder(destination: FolderDestination, datadir: string): Promise<EnvironmentFinding[]> {
  const subject = `destination ${destination.name}`;
  const { root, copies } = destination;
  if (`${root}/`.startsWith(`${datadir}/`)) {
    return [error(subject, `${root} lies in the station's own data directory`, 'choose a folder outside of it')];
  }
  const asked = await askFolder(destination);
  if ('failure' in asked) {
    return [warning(subject, failureText(asked.failure), `${asked.remedy}; deliveries wait for it`)];
  }
  return [ok(subject, asked.answered), ...await remarks(subject, root, copies, datadir)];
}

async function remarks(
  subject: string, root: string, copies: FolderDestination['copies'], datadir: string,
): Promise<EnvironmentFinding[]> {
  const folder = await examineFolder({ root });
  if ('reason' in folder) return [];
  const findings: EnvironmentFinding[] = [];
  const { freeBytes, totalBytes } = folder.space;
  if (freeBytes * 100 < totalBytes * LITTLE_PERCENT) {
    const percent = Math.floor((freeBytes / totalBytes) * 100);
    const text = `only ${percent} % of its disk is free`;
    findings.push(warning(subject, text, 'make room; deliveries wait where there is none'));
  }
  if (copies === 'hardlink' && (await stat(datadir)).dev !== folder.device) {
    findings.push(warning(subject, `${root} and ${datadir} are on two file systems, so there are no hard links`,
      'copies are made instead; "copies": "copy" says so'));
  }
  return findings;
}
