// The files that executors keep in the folder of an attempt. Nobody else reads or writes them but for the two logs.

import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Paths inside the folder of one attempt. Nothing here touches the disk. */
export class AttemptFiles {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get stdout(): string { return join(this.path, 'stdout.log'); }
  get stderr(): string { return join(this.path, 'stderr.log'); }
  /** Process, Slurm: who runs this attempt. Made by link, so that exactly one can. See claim.ts. */
  get claim(): string { return join(this.path, 'claim'); }
  /** Process, Slurm: the shell's exit status, written by rename when the core has ended. */
  get exitStatus(): string { return join(this.path, 'exit-status'); }
  /** Inference server: what is known of the task. See task-record.ts. */
  get inferenceTask(): string { return join(this.path, 'inference-task.json'); }
  /** Inference server: when it was asked last, and what it said. See ask-for-result.ts. */
  get inferenceAsked(): string { return join(this.path, 'inference-asked.json'); }
  /** Inference server: the result as it came, written as `…Coming` first. */
  get inferenceResult(): string { return join(this.path, 'inference-result'); }
  get inferenceResultComing(): string { return join(this.path, 'inference-result.coming'); }
  /** What came with a result and is no DICOM: logs, above all. */
  get returned(): string { return join(this.path, 'returned'); }
  /** Container: what is known of it. See container-record.ts. */
  get container(): string { return join(this.path, 'container.json'); }
  /** Container, Slurm: locked with flock(1) while one is started or submitted. */
  get startLock(): string { return join(this.path, 'start.lock'); }
  /** Slurm: what is known of the submission. See slurm/record.ts. */
  get slurm(): string { return join(this.path, 'slurm.json'); }
  /** Slurm: what is submitted. See slurm/batch-script.ts. */
  get batchScript(): string { return join(this.path, 'batch.sh'); }
  /** Slurm: what the batch script runs. See slurm/core-script.ts. */
  get coreScript(): string { return join(this.path, 'core.sh'); }
  /** Slurm: there where nobody waits for the attempt any more. A node that goes on with it gives up. */
  get collected(): string { return join(this.path, 'collected'); }
  /** Slurm: the image that a container of the node was made of. */
  get imageDigest(): string { return join(this.path, 'image-digest'); }
}

/** The last line with anything in it of a text, '' where there is none. */
export function lastLineOf(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

/** The last bytes of a file. */
export async function readTail(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, maxBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
