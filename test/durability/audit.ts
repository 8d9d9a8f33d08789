// Compares a data directory with what the senders know. Looks only, and believes no receiver.

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileMeta } from '../../src/dicom/file-meta.ts';
import type { Layout } from '../../src/spool/layout.ts';
import { formatMarkName, parseMarkName } from '../../src/spool/mark-name.ts';
import { hashOfDataset } from '../crash/studies.ts';
import type { Identity } from './instance.ts';
import type { Account, Acknowledgement, Ledger } from './ledger.ts';

/**
 * Every promise that does not hold for what an account tells of; empty where all is well: each Success has its whole
 * file and its marks, each file is whole, was sent, and lies once under its name. Nobody may be receiving or claiming.
 */
export async function findBrokenPromises(layout: Layout, ledger: Ledger, account: Account): Promise<string[]> {
  const violations: string[] = [];
  const kept = new Map<string, string>();
  for (const StudyInstanceUID of account.StudyInstanceUIDs) {
    const study = layout.archivedStudy(StudyInstanceUID);
    for (const name of await namesIn(study)) {
      const path = join(study, name);
      const datasetHash = await hashOfDataset(path);
      const twin = kept.get(datasetHash);
      if (twin !== undefined) violations.push(`kept twice: ${path} and ${twin}`);
      kept.set(datasetHash, path);
      violations.push(...await violationsOfFile(layout, path, ledger.sent.get(datasetHash)));
    }
  }
  for (const acknowledgement of account.acknowledgements) {
    violations.push(...violationsOfSuccess(layout, acknowledgement, kept));
  }
  return violations;
}

/** Studies in the archive that nobody sent, and marks of which no instance is kept. */
export async function findStrangers(layout: Layout, ledger: Ledger): Promise<string[]> {
  const studies = new Set([...ledger.everything().StudyInstanceUIDs].map((uid) => layout.archivedStudy(uid)));
  const strangers = (await namesIn(layout.archive)).map((name) => join(layout.archive, name))
    .filter((path) => !studies.has(path));
  for (const name of await namesIn(layout.arrived)) {
    const StudyInstanceUID = parseMarkName(name)?.StudyInstanceUID;
    const isOfInstance = StudyInstanceUID !== undefined
      && (await namesIn(layout.archivedStudy(StudyInstanceUID))).length > 0;
    if (!isOfInstance) strangers.push(layout.mark(name));
  }
  return strangers;
}

/** What lies in temp; with a pid, what of it that process is not writing. */
export async function findLeftovers(layout: Layout, pid?: number): Promise<string[]> {
  return (await namesIn(layout.temp)).filter((name) => pid === undefined || !name.includes(`.${pid}.`));
}

/** @param sent whose dataset the file has */
async function violationsOfFile(layout: Layout, path: string, sent: Identity | undefined): Promise<string[]> {
  if (sent === undefined) return [`partial, or never sent: ${path}`];
  const violations = isNameOf(layout, path, sent) ? [] : [`${sent.SOPInstanceUID} under a wrong name: ${path}`];
  const meta = await readFileMeta(path);
  const named = 'notDicom' in meta ? meta.notDicom : meta.MediaStorageSOPInstanceUID;
  if (named !== sent.SOPInstanceUID) violations.push(`${path} says that it is ${named}`);
  return violations;
}

/** Whether it is the name of the first dataset of that instance, or the next one to names that are taken. */
function isNameOf(layout: Layout, path: string, { StudyInstanceUID, SOPInstanceUID }: Identity): boolean {
  for (let version = 0; ; version += 1) {
    const name = layout.archivedInstance(StudyInstanceUID, SOPInstanceUID, version);
    if (name === path) return true;
    if (!existsSync(name)) return false;
  }
}

/** @param kept paths by the hash of their dataset */
function violationsOfSuccess(
  layout: Layout, { identity, callingAETitle, at }: Acknowledgement, kept: ReadonlyMap<string, string>,
): string[] {
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, datasetHash } = identity;
  const study = { callingAETitle, calledAETitle: 'DTS', address: '127.0.0.1', StudyInstanceUID };
  const marks = [formatMarkName(study), formatMarkName({ ...study, SeriesInstanceUID })];
  const lost = marks.filter((name) => !existsSync(layout.mark(name))).map((name) => `mark ${name}`);
  if (!kept.has(datasetHash)) lost.push(`dataset ${datasetHash}`);
  return lost.map((what) => `${SOPInstanceUID} got Success at ${at.toISOString()}, lost: ${what}`);
}

/** Hidden names too; none where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? await readdir(folder) : [];
}
