// Asks a destination whether it is there and lets us in, in the way of its kind. Changes nothing there.

import type { DicomDestination, DicomwebDestination, ReachableDestination } from '../../config/destination.ts';
import type { Failure } from '../../job/failure.ts';
import { echo } from '../../network/echo-scu.ts';
import { formatAddress } from '../../network/peer.ts';
import { peerOf } from './carry-by-dimse.ts';

/** One that answered, or why it did not. */
export type Asked =
  /** `FIONA at 10.0.0.1:104 answered in 5 ms`. */
  | { readonly answered: string }
  /** `remedy`: what to look at. */
  | { readonly failure: Failure; readonly remedy: string };

/** For a person who waits. */
const MOST_SECONDS = 10;

export async function askDestination(destination: ReachableDestination): Promise<Asked> {
  switch (destination.type) {
    case 'dicom': return askNode(destination);
    case 'dicomweb': return askServer(destination);
    case 'folder': {
      const { askFolder } = await import('./ask-folder.ts');
      return askFolder(destination);
    }
  }
}

/** Failures that tell themselves what mends them. */
const TELLING: readonly Failure['reason'][] = ['tls-unusable', 'tls-refused', 'secret-missing', 'web-not-allowed'];

function notAnswered({ name }: ReachableDestination, failure: Failure, usualRemedy: string): Asked {
  return { failure, remedy: TELLING.includes(failure.reason) ? `then try dts echo ${name}` : usualRemedy };
}

/** By C-ECHO. */
async function askNode(destination: DicomDestination): Promise<Asked> {
  const peer = peerOf(destination);
  const answer = await echo({
    ...peer, timeouts: { ...peer.timeouts, associationSeconds: MOST_SECONDS, responseSeconds: MOST_SECONDS },
  });
  if ('reason' in answer) {
    const title = destination.OwnAETitle;
    const remedy = `look whether it runs, knows our AE title (${title}) and lets our address in`;
    return notAnswered(destination, answer, remedy);
  }
  const secure = destination.tls === undefined ? '' : ' over TLS';
  const milliseconds = Math.round(answer.milliseconds);
  return { answered: `${destination.AETitle} at ${formatAddress(peer)} answered in ${milliseconds} ms${secure}` };
}

/** By QIDO-RS. */
async function askServer(destination: DicomwebDestination): Promise<Asked> {
  const { echoOverWeb } = await import('../../network/web/web-echo.ts');
  const { webPeerOf } = await import('./web-peer-of.ts');
  const timeouts = { connectSeconds: MOST_SECONDS, silenceSeconds: MOST_SECONDS, totalSeconds: 2 * MOST_SECONDS };
  const answer = await echoOverWeb({ ...webPeerOf(destination), timeouts });
  if ('reason' in answer) return notAnswered(destination, answer, 'look whether it runs, and whether url is right');
  return { answered: `${destination.url} ${answer.answered} in ${Math.round(answer.milliseconds)} ms` };
}
