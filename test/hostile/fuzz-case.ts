// One connection of the fuzzer: bytes made of a recording, and how they are sent and left.

import { connect, type Socket } from 'node:net';
import { SUCCESS } from '../../src/dicom/status.ts';
import { parseCommandSet } from '../../src/network/command-set.ts';
import { PduReader } from '../../src/network/pdu-reader.ts';
import { cutAtRandom, mutate } from './mutate.ts';
import type { Random } from './random.ts';
import { RECORDED_UID } from './recordings.ts';

const C_STORE_RESPONSE = 0x8001;
/** Far longer than the receiver's timers, which are of a second in these tests. */
const OPEN_AT_MOST_MILLISECONDS = 60_000;

export interface FuzzCase {
  /** Of its own, where the bytes still hold it. */
  readonly SOPInstanceUID: string;
  readonly pieces: readonly Buffer[];
  /** After the last piece: waits for the receiver to close, ends its side, or is gone. */
  readonly leaves: 'when told' | 'at once' | 'like a broken cable';
}

/** How a case went. */
export interface FuzzAnswer {
  readonly SOPInstanceUID: string;
  /** The instances that were answered with Success. */
  readonly stored: readonly string[];
  /** Whether every answer was heard: nothing may be in the archive that is not among those. */
  readonly heardAll: boolean;
}

/** @param number makes its SOPInstanceUID one of its own */
export function makeCase(recordings: readonly Buffer[], number: number, random: Random): FuzzCase {
  const SOPInstanceUID = `${RECORDED_UID.slice(0, -9)}${100_000_000 + number}`;
  const one = renamed(random.pick(recordings), SOPInstanceUID);
  const other = renamed(random.pick(recordings), SOPInstanceUID);
  const bytes = random.chance(0.05) ? one : mutate(one, random, other);
  const leaves = random.pick(['when told', 'at once', 'at once', 'like a broken cable'] as const);
  return { SOPInstanceUID, pieces: cutAtRandom(bytes, random), leaves };
}

function renamed(recording: Buffer, SOPInstanceUID: string): Buffer {
  return Buffer.from(recording.toString('latin1').replaceAll(RECORDED_UID, SOPInstanceUID), 'latin1');
}

/** Sends a case. Resolves when the connection is gone; to leave it open for ever is a fault of the receiver. */
export async function runCase(port: number, { SOPInstanceUID, pieces, leaves }: FuzzCase): Promise<FuzzAnswer> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  const stored: string[] = [];
  const closed = new Promise<boolean>((resolve, reject) => {
    let hadError = false;
    const giveUp = () => reject(new Error('the receiver left a connection open'));
    const tooLong = setTimeout(giveUp, OPEN_AT_MOST_MILLISECONDS);
    socket.on('error', () => { hadError = true; });
    socket.on('close', () => {
      clearTimeout(tooLong);
      resolve(!hadError);
    });
    socket.on('end', () => socket.end());
  });
  listenForSuccess(socket, stored);
  for (const piece of pieces) {
    if (socket.destroyed) break;
    socket.write(piece);
    await new Promise(setImmediate);
  }
  if (leaves === 'at once') socket.end();
  if (leaves === 'like a broken cable') socket.resetAndDestroy();
  const wasHeard = await closed;
  return { SOPInstanceUID, stored, heardAll: wasHeard && leaves === 'when told' };
}

/** Whatever the receiver writes must be PDUs and command sets. */
function listenForSuccess(socket: Socket, stored: string[]): void {
  const command: Buffer[] = [];
  const reader = new PduReader(0, {
    otherPdu: () => undefined,
    fragment(_context, _isCommand, isLast, chunk, endOfFragment) {
      command.push(Buffer.from(chunk));
      if (!isLast || !endOfFragment) return undefined;
      const answer = parseCommandSet(Buffer.concat(command.splice(0)));
      if ('fault' in answer) throw new Error(`the receiver answered what cannot be read: ${answer.fault}`);
      const isStored = answer.CommandField === C_STORE_RESPONSE && answer.Status === SUCCESS;
      if (isStored) stored.push(answer.AffectedSOPInstanceUID ?? '');
      return undefined;
    },
    fault: (fault) => { throw new Error(`the receiver sent what cannot be read: ${JSON.stringify(fault)}`); },
  });
  socket.on('data', (chunk: Buffer) => void reader.read(chunk));
}
