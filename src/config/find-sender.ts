// Whom the studies of an AE title go back to.

import { fitsGlob } from '../select/glob.ts';
import type { Sender } from './destination.ts';

/** The entry of `senders` for a title: that of the title itself, else the first whose glob it fits. */
export function findSender(senders: readonly Sender[], callingAETitle: string): Sender | undefined {
  return senders.find(({ AETitle }) => AETitle === callingAETitle)
    ?? senders.find(({ AETitle }) => fitsGlob(AETitle, callingAETitle));
}
