// What is known of the submission of an attempt beside what Slurm knows: the file slurm.json.
//
// Written before anything is submitted, with a token that no other submission has: Slurm's comment on the job carries
// it, and the batch script runs nothing where the file does not. So a job of an attempt that was begun anew, or of a
// run that a person has had repeated, is never taken for this one, and never runs in its folder.

import { randomUUID } from 'node:crypto';
import { publishDurable, removeFileDurable, writeJsonDurable } from '../../spool/durable.ts';
import { findJson } from '../../spool/read.ts';
import type { AttemptFiles } from '../attempt-files.ts';

export interface SlurmRecord {
  readonly token: string;
  /** Slurm's number of the job; absent until it was told. */
  readonly slurmJobId?: string;
  /** When the job was first found to be gone without an exit status, ISO 8601 UTC. */
  readonly goneSince?: string;
}

/** The record of an attempt; undefined where no submission was tried. */
export async function findSlurmRecord(files: AttemptFiles): Promise<SlurmRecord | undefined> {
  return findJson<SlurmRecord>(files.slurm);
}

/** Makes the record unless there is one. @returns the one that there is now */
export async function beginSlurmRecord(files: AttemptFiles): Promise<SlurmRecord> {
  const record: SlurmRecord = { token: randomUUID() };
  const writing = `${files.slurm}.${record.token}`;
  await writeJsonDurable(writing, record);
  if (await publishDurable(writing, files.slurm)) return record;
  await removeFileDurable(writing);
  return (await findSlurmRecord(files)) ?? record;
}

/** Replaces the record, durably. */
export async function writeSlurmRecordDurable(files: AttemptFiles, record: SlurmRecord): Promise<void> {
  await writeJsonDurable(files.slurm, record);
}

/** Takes the record back, where surely nothing was submitted. */
export async function removeSlurmRecord(files: AttemptFiles): Promise<void> {
  await removeFileDurable(files.slurm);
}
