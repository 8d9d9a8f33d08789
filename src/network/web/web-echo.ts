// Asks a DICOMweb server whether it is there and lets us in, changing nothing: QIDO-RS for one study (PS3.18 section
// 10.6). What it answers is about a patient, so it is neither read nor told.

import type { Failure } from '../../job/failure.ts';
import { formatHttpStatus, tellWebAnswer } from './web-answer.ts';
import type { WebPeer } from './web-peer.ts';
import { WebSession } from './web-session.ts';

export type WebEcho = { readonly answered: string; readonly milliseconds: number } | Failure;

/** Of servers that take instances and let nobody search. They are there all the same. */
const NO_SEARCH: readonly number[] = [400, 405, 406, 501];

/** The time is that from the first packet to the answer. */
export async function echoOverWeb(peer: WebPeer, signal?: AbortSignal): Promise<WebEcho> {
  const session = await WebSession.open(peer, signal);
  if ('failure' in session) return session.failure;
  try {
    const begun = performance.now();
    const request = { method: 'GET', path: '/studies?limit=1', headers: { accept: 'application/dicom+json' } } as const;
    const answer = await session.ask(request, async ({ status, headers: { location } }) => {
      return { status, ...(location === undefined ? {} : { location }) };
    });
    if ('failure' in answer) return answer.failure;
    return judge(peer, answer, performance.now() - begun, (text) => session.conceal(text));
  } finally {
    session.close();
  }
}

function judge(
  { url }: WebPeer, answer: { readonly status: number; readonly location?: string }, milliseconds: number,
  conceal: (text: string) => string,
): WebEcho {
  const { status } = answer;
  if (status >= 200 && status <= 299) return { answered: `answered ${formatHttpStatus(status)}`, milliseconds };
  if (NO_SEARCH.includes(status)) {
    return { answered: `answered ${formatHttpStatus(status)}: it is there, and does not let us search`, milliseconds };
  }
  const text = tellWebAnswer({ ...answer, text: '', contentType: '', isTooLong: false }, conceal);
  if (status === 401 || status === 403 || status === 407) return { reason: 'web-not-allowed', url, text };
  const isNothingThere = status === 404 || status === 410;
  return { reason: 'web-server-away', url, text: isNothingThere ? `${text}; look whether url is right` : text };
}
