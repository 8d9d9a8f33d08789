// What a C-STORE response's Status (0000,0900) means, decided here and nowhere else.
// PS3.4 table B.2-1 for the service's own codes, PS3.7 section 9.1.1.1.9 and annex C for the general ones.

/**
 * What follows for the instance that was sent.
 * - stored: the peer has it, perhaps with a warning.
 * - duplicate: the peer has one of this SOP Instance UID; the destination's policy says what that means.
 * - retry: not stored, but may be later.
 * - refused: not stored, and asking again would not help.
 */
export type StoreOutcome = 'stored' | 'duplicate' | 'retry' | 'refused';

export interface StoreStatus {
  /** As the standard names it, e.g. `refused: out of resources`. */
  name: string;
  /** Where the standard says so. */
  section: string;
  outcome: StoreOutcome;
  /** A retry that shall be given up after a few attempts: the cause may well be the instance itself. */
  limited: boolean;
}

// The codes that this station answers with itself.
export const SUCCESS = 0x0000;
export const PROCESSING_FAILURE = 0x0110;
export const NO_SUCH_SOP_INSTANCE = 0x0112;
export const NO_SUCH_EVENT_TYPE = 0x0113;
export const INVALID_ARGUMENT_VALUE = 0x0115;
export const UNRECOGNIZED_OPERATION = 0x0211;
export const RESOURCE_LIMITATION = 0x0213;
export const OUT_OF_RESOURCES = 0xa700;
export const DATA_SET_MISMATCH = 0xa900;
export const CANNOT_UNDERSTAND = 0xc000;

type Row = readonly [
  first: number,
  last: number,
  name: string,
  section: string,
  outcome: StoreOutcome | 'retry, limited',
];

/** What each code means. The first row that holds it decides, so single codes stand before the ranges around them. */
export const STORE_STATUSES: readonly Row[] = [
  [SUCCESS, SUCCESS, 'success', 'PS3.4 B.2.3', 'stored'],
  [0x0001, 0x0001, 'warning', 'PS3.7 annex C', 'stored'],
  [0x0105, 0x0105, 'failure: no such attribute', 'PS3.7 annex C', 'refused'],
  [0x0106, 0x0106, 'failure: invalid attribute value', 'PS3.7 annex C', 'refused'],
  [0x0107, 0x0107, 'warning: attribute list error', 'PS3.7 annex C', 'stored'],
  [PROCESSING_FAILURE, PROCESSING_FAILURE, 'failure: processing failure', 'PS3.7 annex C', 'retry, limited'],
  [0x0111, 0x0111, 'failure: duplicate SOP instance', 'PS3.7 annex C', 'duplicate'],
  [NO_SUCH_SOP_INSTANCE, NO_SUCH_SOP_INSTANCE, 'failure: no such SOP instance', 'PS3.7 annex C', 'refused'],
  [NO_SUCH_EVENT_TYPE, NO_SUCH_EVENT_TYPE, 'failure: no such event type', 'PS3.7 annex C', 'refused'],
  [0x0114, 0x0114, 'failure: no such argument', 'PS3.7 annex C', 'refused'],
  [INVALID_ARGUMENT_VALUE, INVALID_ARGUMENT_VALUE, 'failure: invalid argument value', 'PS3.7 annex C', 'refused'],
  [0x0116, 0x0116, 'warning: attribute value out of range', 'PS3.7 annex C', 'stored'],
  [0x0117, 0x0117, 'failure: invalid SOP instance', 'PS3.7 annex C', 'refused'],
  [0x0118, 0x0118, 'failure: no such SOP class', 'PS3.7 annex C', 'refused'],
  [0x0119, 0x0119, 'failure: class-instance conflict', 'PS3.7 annex C', 'refused'],
  [0x0120, 0x0120, 'failure: missing attribute', 'PS3.7 annex C', 'refused'],
  [0x0121, 0x0121, 'failure: missing attribute value', 'PS3.7 annex C', 'refused'],
  [0x0122, 0x0122, 'refused: SOP class not supported', 'PS3.7 annex C', 'refused'],
  [0x0123, 0x0123, 'failure: no such action type', 'PS3.7 annex C', 'refused'],
  [0x0124, 0x0124, 'refused: not authorized', 'PS3.7 annex C', 'refused'],
  // Ours was a message ID that the peer thinks is still busy; on a new association it is not.
  [0x0210, 0x0210, 'failure: duplicate invocation', 'PS3.7 annex C', 'retry, limited'],
  [UNRECOGNIZED_OPERATION, UNRECOGNIZED_OPERATION, 'failure: unrecognized operation', 'PS3.7 annex C', 'refused'],
  [0x0212, 0x0212, 'failure: mistyped argument', 'PS3.7 annex C', 'refused'],
  [RESOURCE_LIMITATION, RESOURCE_LIMITATION, 'failure: resource limitation', 'PS3.7 annex C', 'retry'],
  [0xa700, 0xa7ff, 'refused: out of resources', 'PS3.4 B.2.3', 'retry'],
  [0xa900, 0xa9ff, 'error: data set does not match SOP class', 'PS3.4 B.2.3', 'refused'],
  [0xb000, 0xb000, 'warning: coercion of data elements', 'PS3.4 B.2.3', 'stored'],
  [0xb006, 0xb006, 'warning: elements discarded', 'PS3.4 B.2.3', 'stored'],
  [0xb007, 0xb007, 'warning: data set does not match SOP class', 'PS3.4 B.2.3', 'stored'],
  [0xb000, 0xbfff, 'warning', 'PS3.7 annex C', 'stored'],
  [0xc000, 0xcfff, 'error: cannot understand', 'PS3.4 B.2.3', 'refused'],
  [0xfe00, 0xfe00, 'cancel', 'PS3.7 annex C', 'retry, limited'],
];

// A code no section allows says nothing about the cause. Some attempts find out; an image is not given up at once.
const UNKNOWN: StoreStatus = { name: 'unknown status', section: 'none', outcome: 'retry', limited: true };

/** What a status code means. Every code means something: one the standard does not know is a limited retry. */
export function storeStatus(code: number): StoreStatus {
  const row = STORE_STATUSES.find(([first, last]) => first <= code && code <= last);
  if (row === undefined) return UNKNOWN;
  const [, , name, section, outcome] = row;
  if (outcome === 'retry, limited') return { name, section, outcome: 'retry', limited: true };
  return { name, section, outcome, limited: false };
}

/** A status for people: `0xA700 (refused: out of resources)`. */
export function formatStatus(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(4, '0')} (${storeStatus(code).name})`;
}
