// What A-ASSOCIATE-RJ and A-ABORT mean: the tables of PS3.8 sections 9.3.4 and 9.3.8 as failures with a text.

import type { Failure } from '../job/failure.ts';

const TRANSIENT = 2;

/** Reasons of a rejection by source, PS3.8 table 9-21. */
export const REJECTION_REASONS: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1: {
    1: 'no reason given',
    2: 'application context name not supported',
    3: 'calling AE title not recognized',
    7: 'called AE title not recognized',
  },
  2: { 1: 'no reason given', 2: 'protocol version not supported' },
  3: { 1: 'temporary congestion', 2: 'local limit exceeded' },
};

/** Who rejects. */
export const REJECTION_SOURCES: Readonly<Record<number, string>> = {
  1: 'service user',
  2: 'service provider, ACSE',
  3: 'service provider, presentation',
};

/** Reasons of an abort by the service provider, PS3.8 table 9-26. */
export const ABORT_REASONS: Readonly<Record<number, string>> = {
  0: 'reason not specified',
  1: 'unrecognized PDU',
  2: 'unexpected PDU',
  4: 'unrecognized PDU parameter',
  5: 'unexpected PDU parameter',
  6: 'invalid PDU parameter value',
};

const ABORT_BY_USER = 0;

/** The failure of a rejected association. Only result 2 is worth another try; one that no table has is permanent. */
export function rejectionFailure(result: number, source: number, reason: number): Failure {
  const permanent = result !== TRANSIENT;
  const cause = REJECTION_REASONS[source]?.[reason] ?? 'a reason that the standard does not know';
  const by = REJECTION_SOURCES[source] ?? 'unknown source';
  const duration = permanent ? 'permanently' : 'transiently';
  return { reason: 'peer-rejected', permanent, text: `${duration}: ${cause} (${by}, ${result}/${source}/${reason})` };
}

/** The failure of an association that the peer aborted. */
export function abortFailure(source: number, reason: number): Failure {
  const text = source === ABORT_BY_USER
    ? 'A-ABORT by the application'
    : `A-ABORT by the service provider: ${ABORT_REASONS[reason] ?? `reason ${reason}`}`;
  return { reason: 'peer-aborted', text };
}
