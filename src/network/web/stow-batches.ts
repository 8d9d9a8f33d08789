// Which instances go into a request together: few enough, and not too long.

import { statSync } from 'node:fs';
import type { Failure } from '../../job/failure.ts';
import { readFailure } from '../dataset-file.ts';
import type { InstanceToSend } from '../store-scu.ts';
import type { StowPart } from './stow-body.ts';

export interface BatchLimits {
  readonly bytes: number;
  readonly instances: number;
}

/** Takes the next batch off the front of a list: at least one part, and no more than the limits allow. */
export function takeBatch(parts: StowPart[], limits: BatchLimits): StowPart[] {
  let bytes = 0;
  let count = 0;
  for (const part of parts) {
    if (count > 0 && (count >= limits.instances || bytes + part.bytes > limits.bytes)) break;
    bytes += part.bytes;
    count += 1;
  }
  return parts.splice(0, count);
}

/** How long the file of an instance is. */
export function measurePart(instance: InstanceToSend): StowPart | { readonly failure: Failure } {
  try {
    return { instance, bytes: statSync(instance.file).size };
  } catch (error) {
    return { failure: readFailure(instance.file, error) };
  }
}
