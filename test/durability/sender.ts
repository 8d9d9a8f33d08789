// A modality: sends its errands, believes in nothing but Success, and sends again what did not get it, mostly.

import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../../src/spool/error-code.ts';
import { ABORT, associateRequest, dataPdus, RawScu, RELEASE_REQUEST, storeCommand } from '../rig/raw-scu.ts';
import type { Errands } from './errands.ts';
import type { Instance } from './instance.ts';
import type { Ledger } from './ledger.ts';

/** What all senders of a test share. */
export interface Load {
  readonly port: number;
  readonly errands: Errands;
  readonly ledger: Ledger;
  readonly random: () => number;
  /** Ends it: what is under way is sent to its end, nothing more is begun. */
  readonly signal: AbortSignal;
}

/** Nobody listens while the receiver is started anew. */
const TRY_AGAIN_MILLISECONDS = 10;
/** How often a sender forgets what it got no answer for. */
const GIVES_UP = 0.2;
/** How often it leaves off in the middle of an instance. */
const LEAVES_OFF = 0.01;
const SUCCESS = 0x0000;
const ASSOCIATE_AC = 0x02;

/** Sends until the load is over. Returns when the receiver has answered all that was not given up. */
export async function keepSending(load: Load, callingAETitle: string): Promise<void> {
  while (!load.signal.aborted) {
    for (const association of load.errands.next()) {
      let rest = association;
      while (rest.length > 0) {
        rest = await sendOnce(load, callingAETitle, rest);
        if (rest.length > 0 && load.random() < GIVES_UP) break;
      }
    }
  }
}

/** @returns what it has no Success for */
async function sendOnce(
  { port, ledger, random }: Load, callingAETitle: string, instances: readonly Instance[],
): Promise<readonly Instance[]> {
  const scu = await associate(port, callingAETitle);
  for (const [index, instance] of instances.entries()) {
    const command = dataPdus(1, storeCommand(instance.SOPInstanceUID), true);
    const dataset = dataPdus(1, instance.dataset, false);
    if (random() < LEAVES_OFF) {
      ledger.cutOff += 1;
      scu.send(command, dataset.subarray(0, Math.floor(random() * dataset.length)), ...random() < 0.5 ? [ABORT] : []);
      scu.socket.end();
      return instances.slice(index);
    }
    ledger.send(instance);
    scu.send(command, dataset);
    const answer = await scu.next();
    if (answer.kind !== 'command') {
      ledger.unanswered += 1;
      scu.socket.destroy();
      return instances.slice(index);
    }
    if (answer.command.Status !== SUCCESS) {
      ledger.refusals.push(answer.command.Status ?? -1);
      scu.socket.destroy();
      return instances.slice(index);
    }
    ledger.acknowledge(instance, callingAETitle);
  }
  scu.send(RELEASE_REQUEST);
  await scu.next();
  scu.socket.destroy();
  return [];
}

/** Asks for an association until somebody accepts it. */
async function associate(port: number, callingAETitle: string): Promise<RawScu> {
  for (;;) {
    const scu = await connectOnce(port);
    scu?.send(associateRequest({ callingAETitle }));
    const answer = await scu?.next();
    if (scu !== undefined && answer?.kind === 'pdu' && answer.type === ASSOCIATE_AC) return scu;
    scu?.socket.destroy();
    await delay(TRY_AGAIN_MILLISECONDS);
  }
}

/** @returns undefined where nobody listens */
async function connectOnce(port: number): Promise<RawScu | undefined> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  try {
    await once(socket, 'connect');
    return new RawScu(socket);
  } catch (error) {
    if (hasCode(error, 'ECONNREFUSED', 'ECONNRESET')) return undefined;
    throw error;
  }
}
