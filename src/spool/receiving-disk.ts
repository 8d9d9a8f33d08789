// The durable steps of receiving: what durable.ts is to the rest of the station, for hundreds of instances a second.
//
// An fsync has a thread of Node.js's pool, so that others are served meanwhile, or is called in place: waking a thread
// and being woken by it takes longer than many a disk, and while one association alone is open, nobody would be served
// meanwhile. Names are changed in place always: that is a matter of memory until their directory is synced.
//
// Promises: as durable.ts. What is returned as undefined is done already; a failure is always a rejected promise.

import { closeSync, constants, fdatasync, fdatasyncSync, fsync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { publish } from './durable.ts';
import { SharedRuns } from './shared-runs.ts';

/** A step that is done, or will be. */
export type Done = Promise<void> | undefined;

export class ReceivingDisk {
  readonly #isAlone: () => boolean;
  readonly #directories = new SharedRuns();

  /** @param isAlone whether nobody else would be served during an fsync */
  constructor(isAlone: () => boolean) {
    this.#isAlone = isAlone;
  }

  /** Makes a file's content durable. */
  syncData(descriptor: number): Done {
    return this.#isAlone() ? rejecting(() => fdatasyncSync(descriptor)) : this.syncDataInThread(descriptor);
  }

  /** The same, while more comes. */
  syncDataInThread(descriptor: number): Promise<void> {
    return calling((done) => fdatasync(descriptor, done));
  }

  /** Makes the names in a directory durable; all who ask while it is under way share the next. */
  syncDirectory(path: string): Done {
    return this.#isAlone() ? rejecting(() => syncDirectorySync(path))
      : this.#directories.run(path, () => syncDirectoryInThread(path));
  }

  /** As publishDurable. */
  async publish(from: string, to: string): Promise<boolean> {
    const isPublished = publish(from, to);
    if (isPublished) await this.syncDirectory(dirname(to));
    return isPublished;
  }
}

function rejecting(call: () => void): Done {
  try {
    call();
    return undefined;
  } catch (error) {
    return Promise.reject(error);
  }
}

function calling(call: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error === null ? resolve() : reject(error)));
  });
}

function syncDirectorySync(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function syncDirectoryInThread(path: string): Promise<void> {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await calling((done) => fsync(descriptor, done));
  } finally {
    closeSync(descriptor);
  }
}
