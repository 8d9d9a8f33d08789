// Whether the receiver is alive: asked by C-ECHO, as a modality would.

import { failureText } from '../job/failure-text.ts';
import { echo } from '../network/echo-scu.ts';
import { DEFAULT_MAXIMUM_PDU_LENGTH } from '../network/peer.ts';
import { findJson } from '../spool/read.ts';
import type { ReceiverState } from './receive.ts';
import type { Station } from './station.ts';

export type ReceiverLife =
  | {
    readonly life: 'alive';
    readonly address: string;
    readonly port: number;
    readonly since: string;
    readonly pid: number;
  }
  /** It said that it listens, and does not answer. */
  | { readonly life: 'dead'; readonly address: string; readonly port: number; readonly text: string }
  /** It has not been started, or was stopped in order. */
  | { readonly life: 'not running' };

/** A receiver on this host answers within milliseconds; a busy one still within this. */
const TIMEOUT_SECONDS = 5;

export async function findReceiver({ layout, configuration: { receiver } }: Station): Promise<ReceiverLife> {
  const state = await findJson<ReceiverState>(layout.receiverState);
  if (state === undefined) return { life: 'not running' };
  const { port, startedAt } = state;
  const answer = await echo({
    address: reachable(state.address),
    port,
    calledAETitle: receiver.AETitle,
    callingAETitle: receiver.AETitle,
    timeouts: {
      connectSeconds: TIMEOUT_SECONDS, associationSeconds: TIMEOUT_SECONDS, responseSeconds: TIMEOUT_SECONDS,
      releaseSeconds: TIMEOUT_SECONDS,
    },
    maximumPDULength: DEFAULT_MAXIMUM_PDU_LENGTH,
  });
  // One that rejects us, by its allow-lists or because it is full, lives.
  if ('echoed' in answer || answer.reason === 'peer-rejected') {
    return { life: 'alive', address: state.address, port, since: startedAt, pid: state.pid };
  }
  return { life: 'dead', address: state.address, port, text: failureText(answer) };
}

/** Where to call what listens on every address. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
