// What is known of an attempt's container beside what the engine knows: the file container.json.
//
// Written before the container is made (by whom and in which boot), and again when it has been started (its id). So a
// container that the engine has lost is told from one that there never was.

import { randomUUID } from 'node:crypto';
import { publishDurable, removeFileDurable, writeJsonDurable } from '../spool/durable.ts';
import { findJson } from '../spool/read.ts';
import type { AttemptFiles } from './attempt-files.ts';

export interface ContainerRecord {
  readonly host: string;
  readonly bootId: string;
  /** Absent until the container has been started. */
  readonly containerId?: string;
  /** `sha256:…` of the image that it was made of. */
  readonly imageDigest?: string;
  /** It was given up before it was started, and is started no more. */
  readonly cancelled?: boolean;
  /** How it ended; written before the container is removed, so that a kill in between loses nothing. */
  readonly ended?: { readonly exitCode: number; readonly outOfMemory: boolean };
  /** Under which names and digests registries know that image; empty where it was built or imported here. */
  readonly repoDigests?: readonly string[];
}

/** The record of an attempt; undefined where no start has come so far. */
export async function readContainerRecord(files: AttemptFiles): Promise<ContainerRecord | undefined> {
  return findJson<ContainerRecord>(files.container);
}

/** Makes the record unless there is one, which then stays as it is. */
export async function beginContainerRecord(files: AttemptFiles, record: ContainerRecord): Promise<void> {
  const writing = `${files.container}.${randomUUID()}`;
  await writeJsonDurable(writing, record);
  if (!(await publishDurable(writing, files.container))) await removeFileDurable(writing);
}

/** Replaces the record, durably. */
export async function writeContainerRecordDurable(files: AttemptFiles, record: ContainerRecord): Promise<void> {
  await writeJsonDurable(files.container, record);
}
