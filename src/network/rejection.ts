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

/** Every rejection that DTS gives, and when. docs/CONFORMANCE.md lists them. */
export const REJECTIONS = {
  applicationContext: {
    codes: { result: 1, source: 1, reason: 2 }, when: 'the application context is not that of DICOM',
  },
  protocolVersion: { codes: { result: 1, source: 2, reason: 2 }, when: 'protocol version 1 is not offered' },
  caller: {
    codes: { result: 1, source: 1, reason: 3 },
    when: 'the calling AE title is not among `accept.callingAETitles`, or too strange to become part of a file name, '
      + 'or the address is not among `accept.callerIPs`',
  },
  calledAETitle: {
    codes: { result: 1, source: 1, reason: 7 }, when: 'the called AE title is not among `accept.calledAETitles`',
  },
  forNow: {
    codes: { result: 2, source: 3, reason: 2 },
    when: '`limits.associations` are open already, less space is free than `limits` want, the disk cannot be written, '
      + 'or receiving is switched off',
  },
} as const satisfies Readonly<Record<string, { readonly codes: Omit<Rejection, 'text'>; readonly when: string }>>;

export function rejectApplicationContext(name: string): Rejection {
  const shown = name.slice(0, LONGEST_UID); // a peer may send a thousand times as much, for our log to keep
  const text = `application context ${shown || 'missing'} is not that of DICOM`;
  return { ...REJECTIONS.applicationContext.codes, text };
}

export function rejectProtocolVersion(version: number): Rejection {
  return { ...REJECTIONS.protocolVersion.codes, text: `protocol version ${version} is not supported` };
}

/** The caller is not known here, be it by its title or by its address. */
export function rejectCaller(text: string): Rejection {
  return { ...REJECTIONS.caller.codes, text };
}

export function rejectCalledAETitle(text: string): Rejection {
  return { ...REJECTIONS.calledAETitle.codes, text };
}

/** Local limit exceeded: too many associations, no space left. */
export function rejectForNow(text: string): Rejection {
  return { ...REJECTIONS.forNow.codes, text };
}

/** Why a connection was closed unheard. @param connections as many as are open */
export function wordTooMany(connections: number): string {
  return `${connections} connections are open already, more than limits.associations`;
}
