// What of a try is still to be sent, and which of it goes into a request together: few enough, and not too long.

import { statSync } from 'node:fs';
import type { Failure } from '../../job/failure.ts';
import { readFailure } from '../dataset-file.ts';
import type { InstanceToSend } from '../store-scu.ts';
import type { StowPart } from './stow-body.ts';

/** Of a request that holds more than one instance. */
export interface BatchLimits {
  readonly bytes: number;
  readonly instances: number;
}

/** In the order in which it is sent. No batch is empty. */
export class StowQueue {
  #limits: BatchLimits;
  /** Requests that are cut already; they come first. */
  readonly #cut: (readonly StowPart[])[] = [];
  #rest: StowPart[];

  constructor(parts: readonly StowPart[], limits: BatchLimits) {
    this.#rest = [...parts];
    this.#limits = limits;
  }

  /** @param isAlone whether no more than one may go now @returns undefined when everything was sent */
  take(isAlone: boolean): readonly StowPart[] | undefined {
    const cut = this.#cut.shift();
    if (cut !== undefined) return cut;
    let bytes = 0;
    let count = 0;
    for (const part of this.#rest) {
      if (count > 0 && (isAlone || count >= this.#limits.instances || bytes + part.bytes > this.#limits.bytes)) break;
      bytes += part.bytes;
      count += 1;
    }
    return count === 0 ? undefined : this.#rest.splice(0, count);
  }

  sendNext(batch: readonly StowPart[]): void {
    if (batch.length > 0) this.#cut.unshift(batch);
  }

  /** One of them may be what is wrong with all. */
  halve(batch: readonly StowPart[]): void {
    const half = Math.ceil(batch.length / 2);
    this.sendNext(batch.slice(half));
    this.sendNext(batch.slice(0, half));
  }

  /** These were too much: all that follow are smaller. */
  shrink(batch: readonly StowPart[]): void {
    const bytes = batch.reduce((sum, part) => sum + part.bytes, 0);
    this.#limits = { bytes: Math.ceil(bytes / 2), instances: Math.ceil(batch.length / 2) };
    this.#rest = [...batch, ...this.#cut.splice(0).flat(), ...this.#rest];
  }
}

/** How long the file of an instance is. */
export function measurePart(instance: InstanceToSend): StowPart | { readonly failure: Failure } {
  try {
    return { instance, bytes: statSync(instance.file).size };
  } catch (error) {
    return { failure: readFailure(instance.file, error) };
  }
}
