// A port that leads to a server while it is open, and where nobody listens while it is shut: a peer that goes and comes.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { freePort } from './peers.ts';

export class Door {
  readonly port: number;
  /** How many connections were made while it was open. */
  connections = 0;
  readonly #to: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(port: number, to: number) {
    this.port = port;
    this.#to = to;
  }

  async open(): Promise<void> {
    this.#server = createServer((outside) => {
      this.connections += 1;
      const inside = connect(this.#to, '127.0.0.1');
      for (const socket of [outside, inside]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
      }
      outside.pipe(inside).pipe(outside);
    });
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Cuts what is open, too. */
  async shut(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await closed;
  }
}

/** Open from the start. @param to the port of the server */
export async function makeDoor(t: Pick<TestContext, 'after'>, to: number): Promise<Door> {
  const door = new Door(await freePort(), to);
  await door.open();
  t.after(() => door.shut());
  return door;
}
