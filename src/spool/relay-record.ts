// What a stream that relays as instances arrive has let go on of a study: a file that grows line by line, beside the
// archive. Of each batch it says first that it is to be, and then that it is.
//
// The line of a batch is the commit point: whatever is in it goes on with its job, once, and nothing that is in no line
// has gone on. The modification time of the file is that of the arrival when it was looked at last: as long as both are
// the same, nothing has come since.

import { stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Job } from '../job/job.ts';
import { makeDirectoryDurable } from './durable.ts';
import { appendLineDurable } from './durable-lines.ts';
import { hasCode } from './error-code.ts';
import type { Lease } from './lease.ts';
import { findJsonLines } from './read.ts';

/** Instances that go on together. */
export interface RelayBatch {
  /** 1 for the first of the study. */
  readonly batch: number;
  /** As it is made, and made again after a crash. */
  readonly job: Job;
  /** Set where a person has to release it. */
  readonly heldFor?: string;
  /** Names in the study's archive of files that another in the batch stands for. */
  readonly superseded: readonly string[];
}

/** A line: a batch is to be; its job is made; the arrival that it was part of is done with. */
type Line = RelayBatch | { readonly made: number } | { readonly closed: string };

export interface RelayRecord {
  /** In their order. */
  readonly batches: readonly RelayBatch[];
  /** Numbers of those whose jobs are made. */
  readonly made: ReadonlySet<number>;
  /** By the claim's name, how many batches there were when the arrival was done with; in their order. */
  readonly closed: ReadonlyMap<string, number>;
}

export async function readRelayRecord(path: string): Promise<RelayRecord> {
  const batches: RelayBatch[] = [];
  const made = new Set<number>();
  const closed = new Map<string, number>();
  for (const line of await findJsonLines<Line>(path)) {
    if ('made' in line) made.add(line.made);
    else if ('closed' in line) closed.set(line.closed, batches.length);
    else batches.push(line);
  }
  return { batches, made, closed };
}

/** The commit point of a batch. @param lease that of scan-arrived */
export async function noteBatch(lease: Lease, path: string, batch: RelayBatch): Promise<void> {
  await makeDirectoryDurable(dirname(path));
  lease.assertHeld();
  await appendLineDurable(path, JSON.stringify(batch));
}

export async function noteMade(lease: Lease, path: string, { batch }: RelayBatch): Promise<void> {
  lease.assertHeld();
  await appendLineDurable(path, JSON.stringify({ made: batch }));
}

export async function noteClosed(lease: Lease, path: string, claimName: string): Promise<void> {
  await makeDirectoryDurable(dirname(path));
  lease.assertHeld();
  await appendLineDurable(path, JSON.stringify({ closed: claimName }));
}

/** Whether nothing has come since it was looked at last. */
export async function isLookedAt(path: string, arrivedAt: Date): Promise<boolean> {
  try {
    return Math.round((await stat(path)).mtimeMs) === arrivedAt.getTime();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Not durable, and need not be: it is looked at once more then. */
export async function noteLook(path: string, arrivedAt: Date): Promise<void> {
  await utimes(path, arrivedAt, arrivedAt);
}
