// Blocks of memory that what is being received is gathered in, lent and given back.
//
// They begin at a page's beginning, which is what writing past the page cache asks for (open(2), O_DIRECT): Node.js has
// no other memory of which that is known than that of WebAssembly. It is memory only as far as it was ever lent, which
// is then never freed.

/** Large enough that the cost of a call does not count, small enough for many associations at once. */
export const BLOCK_BYTES = 256 * 1024;
/** What offsets, lengths and addresses of direct writes must be multiples of, on every disk. */
export const ALIGNMENT_BYTES = 4096;

/** 64 MB of addresses. Each WebAssembly memory takes 10 GB of them besides, so there had better be one. */
const BLOCKS_AT_A_TIME = 256;
const WEBASSEMBLY_PAGE_BYTES = 64 * 1024;

/** As much of it as is needed: its types come with those of browsers. */
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => {
    readonly buffer: ArrayBuffer;
  };
};

const free: Buffer[] = [];

/** A block of BLOCK_BYTES. Its content is whatever was in it before. */
export function lendBlock(): Buffer {
  if (free.length === 0) makeBlocks();
  return free.pop() as Buffer;
}

/** Nobody may look at it afterwards. */
export function giveBack(block: Buffer): void {
  free.push(block);
}

function makeBlocks(): void {
  const buffer = allocate(BLOCKS_AT_A_TIME * BLOCK_BYTES);
  for (let block = BLOCKS_AT_A_TIME - 1; block >= 0; block -= 1) {
    free.push(Buffer.from(buffer, block * BLOCK_BYTES, BLOCK_BYTES));
  }
}

/** Where addresses are limited (ulimit -v) it is ordinary memory: then the system refuses direct writes. */
function allocate(bytes: number): ArrayBuffer {
  const pages = bytes / WEBASSEMBLY_PAGE_BYTES;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new ArrayBuffer(bytes);
  }
}
