// Reads connections into one buffer that they all share, and hands each chunk on while it lies there.
//
// A connection that was accepted gets a new buffer of 64 KiB from Node.js for every read; at hundreds of megabytes a
// second, collecting them is the largest cost of receiving. A buffer of one's own, the option `onread` of net.connect,
// is not offered for accepted connections. It works for them all the same and is turned on here by the names that
// Node.js has for it inside. In a Node.js that has others, and under TLS, chunks come as `data` events: slower, not
// different.

import type { Socket } from 'node:net';

/** Takes a chunk, whose bytes change when it returns. `hold`: nothing more is read before `socket.resume()`. */
export type TakeChunk = (chunk: Buffer) => 'more' | 'hold';

const READ_BYTES = 256 * 1024;

let shared: Buffer | undefined;

/** Begins to read. @returns how, for those who wonder about speed */
export function readSocket(socket: Socket, take: TakeChunk): 'shared' | 'events' {
  shared ??= Buffer.allocUnsafeSlow(READ_BYTES);
  if (readInto(socket, shared, take)) return 'shared';
  socket.on('data', (chunk: Buffer) => {
    if (take(chunk) === 'hold') socket.pause();
  });
  return 'events';
}

/** What node:net keeps of the option `onread`, by the descriptions of its symbols. */
const BUFFER = 'kBuffer';
const CALLBACK = 'kBufferCb';

function readInto(socket: Socket, buffer: Buffer, take: TakeChunk): boolean {
  const inside = socket as unknown as {
    [key: symbol]: unknown;
    readonly _handle?: { useUserBuffer?: (buffer: Buffer) => void } | null;
  };
  const symbols = Object.getOwnPropertySymbols(socket);
  const bufferKey = symbols.find(({ description }) => description === BUFFER);
  const callbackKey = symbols.find(({ description }) => description === CALLBACK);
  const handle = inside._handle;
  if ('encrypted' in socket || bufferKey === undefined || callbackKey === undefined) return false;
  if (typeof handle?.useUserBuffer !== 'function') return false;

  inside[bufferKey] = buffer;
  inside[callbackKey] = (bytes: number) => take(buffer.subarray(0, bytes)) === 'more';
  handle.useUserBuffer(buffer);
  socket.read(0);
  return true;
}
