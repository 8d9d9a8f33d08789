// Blocks of memory that what is being received is gathered in, lent and given back.
//
// They begin at a page's beginning, which is what writing past the page cache asks for (open(2), O_DIRECT): Node.js has
// no other memory of which that is known than that of WebAssembly. They are never freed; as many are made as were lent at
// one time.

/** Large enough that the cost of a call does not count, small enough for many associations at once. */
export const BLOCK_BYTES = 512 * 1024;
/** What offsets, lengths and addresses of direct writes must be multiples of, on every disk. */
export const ALIGNMENT_BYTES = 4096;

const BLOCKS_AT_A_TIME = 2;
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
  const pages = (BLOCKS_AT_A_TIME * BLOCK_BYTES) / WEBASSEMBLY_PAGE_BYTES;
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages });
  for (let block = BLOCKS_AT_A_TIME - 1; block >= 0; block -= 1) {
    free.push(Buffer.from(buffer, block * BLOCK_BYTES, BLOCK_BYTES));
  }
}
