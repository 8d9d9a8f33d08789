// Stores instances at a DICOMweb server by STOW-RS (PS3.18 section 10.5), the bytes of each file as they lie on disk.
//
// Promises: exactly one answer for each instance that the server told of, or that it will not take; none for the
// others, which are the caller's to send again. An instance counts as stored only where the answer names it. Memory
// does not grow with the files. Never judges the status of an instance, converts nothing, follows no redirection.

import type { InstanceToSend } from '../store-scu.ts';
import type { StowPart } from './stow-body.ts';
import type { StowHooks, StowOutcome } from './stow-outcome.ts';
import { type BatchLimits, measurePart, StowQueue } from './stow-queue.ts';
import { StowTry } from './stow-try.ts';
import type { WebPeer } from './web-peer.ts';
import { WebSession } from './web-session.ts';

export interface StowOptions {
  readonly limits: BatchLimits;
  /** Part of the address, where the server is to be told; all instances are of that study then. */
  readonly StudyInstanceUID?: string;
}

export async function storeOverWeb(
  peer: WebPeer, instances: readonly InstanceToSend[], { limits, StudyInstanceUID }: StowOptions, hooks: StowHooks,
): Promise<StowOutcome> {
  const session = await WebSession.open(peer, hooks.signal);
  if ('failure' in session) return session;
  try {
    const parts: StowPart[] = [];
    for (const instance of instances) {
      const part = measurePart(instance);
      if ('failure' in part) await hooks.answered({ instance, ...part });
      else parts.push(part);
    }
    const path = StudyInstanceUID === undefined ? '/studies' : `/studies/${StudyInstanceUID}`;
    return await new StowTry(peer.url, path, session, new StowQueue(parts, limits), hooks).storeAll();
  } finally {
    session.close();
  }
}
