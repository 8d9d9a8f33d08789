// Why an association is refused: the codes of A-ASSOCIATE-RJ (PS3.8 section 9.3.4, table 9-21) that DTS gives.

import { LONGEST_UID } from '../dicom/uid.ts';

/** An answer to A-ASSOCIATE-RQ. `text` is for our log; the peer sees the three codes only. */
export interface Rejection {
  /** 1 permanent, 2 transient: the peer may try again. */
  readonly result: 1 | 2;
  /** 1 the service user, 2 the provider's association control, 3 the provider's presentation layer. */
  readonly source: 1 | 2 | 3;
  readonly reason: number;
  readonly text: string;
}

export function rejectApplicationContext(name: string): Rejection {
  const shown = name.slice(0, LONGEST_UID); // a peer may send a thousand times as much, for our log to keep
  return { result: 1, source: 1, reason: 2, text: `application context ${shown || 'missing'} is not that of DICOM` };
}

export function rejectProtocolVersion(version: number): Rejection {
  return { result: 1, source: 2, reason: 2, text: `protocol version ${version} is not supported` };
}

/** The caller is not known here, be it by its title or by its address. */
export function rejectCaller(text: string): Rejection {
  return { result: 1, source: 1, reason: 3, text };
}

export function rejectCalledAETitle(text: string): Rejection {
  return { result: 1, source: 1, reason: 7, text };
}

/** Local limit exceeded: too many associations, no space left. */
export function rejectForNow(text: string): Rejection {
  return { result: 2, source: 3, reason: 2, text };
}
