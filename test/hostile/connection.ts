// A connection that says anything, and what the receiver says to it.

import { connect, type Socket } from 'node:net';

export interface HostileConnection {
  readonly socket: Socket;
  /** Types of the PDUs that came back, when the receiver has closed the connection. */
  readonly closed: Promise<number[]>;
  /** The first that came back. */
  readonly heard: Promise<unknown>;
}

/** Opens one and says something; closes its side when the receiver does. Keeps no test from ending. */
export function openConnection(port: number, ...bytes: Buffer[]): HostileConnection {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.unref();
  const said: Buffer[] = [];
  const heard = new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => resolve(said.push(chunk)));
  });
  const closed = new Promise<number[]>((resolve) => {
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => resolve(pduTypes(Buffer.concat(said))));
  });
  for (const piece of bytes) socket.write(piece);
  return { socket, closed, heard };
}

function pduTypes(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 6 <= bytes.length; at += 6 + bytes.readUInt32BE(at + 2)) types.push(bytes.readUInt8(at));
  return types;
}
