// Blocks of memory that what is being received is gathered in, lent and given back, so that none is made and collected
// for every instance. As many are kept as were lent at one time.

/** Large enough that the cost of a call does not count, small enough for many associations at once. */
export const BLOCK_BYTES = 256 * 1024;

const free: Buffer[] = [];

/** A block of BLOCK_BYTES. Its content is whatever was in it before. */
export function lendBlock(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
}

/** Nobody may look at it afterwards. */
export function giveBack(block: Buffer): void {
  free.push(block);
}
