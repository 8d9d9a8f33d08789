// How much memory something holds: what is left of it when the garbage has been collected.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are in use now, on the heap and in buffers. */
export function memoryHeld(): number {
  collectGarbage();
  collectGarbage(); // waits for what the first one left to a thread of its own
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
