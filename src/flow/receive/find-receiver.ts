// Whether the receiver is alive: asked by C-ECHO, as a modality would.

import { lifeOf } from '../../host/process-identity.ts';
import { failureText } from '../../job/failure-text.ts';
import { echo } from '../../network/echo-scu.ts';
import { DEFAULT_MAXIMUM_PDU_LENGTH } from '../../network/peer.ts';
import { findReceiverState } from './receiver-state.ts';
import type { Station } from '../station.ts';

export type ReceiverLife =
  | {
    readonly life: 'alive';
    readonly address: string;
    readonly port: number;
    /** Where it listens for TLS; absent where it does not. */
    readonly tlsPort?: number;
    readonly since: string;
    readonly pid: number;
  }
  /** It said that it listens, and has ended without taking that back, or does not answer. */
  | { readonly life: 'dead'; readonly address: string; readonly port: number; readonly text: string }
  /** It has not been started, or was stopped in order. */
  | { readonly life: 'not running' };

/** A receiver on this host answers within milliseconds; a busy one still within this. */
const TIMEOUT_SECONDS = 5;

/** That of the station, or of the site that the configuration is for. */
export async function findReceiver({ layout, configuration: { receiver, site } }: Station): Promise<ReceiverLife> {
  const state = await findReceiverState(layout, site);
  if (state === undefined) return { life: 'not running' };
  const { address, port, tlsPort, startedAt: since, pid } = state;
  if (lifeOf(state) === 'dead') return { life: 'dead', address, port, text: `its process ${pid} has ended` };
  const answer = await echo({
    address: reachableAddress(address),
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
    return { life: 'alive', address, port, ...(tlsPort === undefined ? {} : { tlsPort }), since, pid };
  }
  return { life: 'dead', address, port, text: failureText(answer) };
}

/** Where to call what listens on every address. */
export function reachableAddress(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
