// What arrivals wait for, stream by stream, for people and programs.

import { missingText, type Missing } from '../../job/missing.ts';
import type { Arriving, Standing, Wait } from './survey-arrivals.ts';

/** A stream that waits for more of a study, or of a series. */
export interface ArrivalWait {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID?: string;
  readonly stream: string;
  readonly waitsFor: Wait['standing'];
  /** It waits no longer than this, ISO 8601 UTC. */
  readonly until: string;
  /** Of what it expects. */
  readonly missing?: readonly Missing[];
}

export function listWaits(arrivals: readonly Arriving[]): ArrivalWait[] {
  return arrivals.flatMap(({ origin: { StudyInstanceUID, SeriesInstanceUID }, streams }) => {
    return streams.flatMap(({ stream, standing }): ArrivalWait[] => isWait(standing) ? [{
      StudyInstanceUID,
      ...(SeriesInstanceUID === undefined ? {} : { SeriesInstanceUID }),
      stream: stream.name,
      waitsFor: standing.standing,
      until: standing.until.toISOString(),
      ...(standing.standing === 'waiting' ? { missing: standing.missing } : {}),
    }] : []);
  });
}

/** Such as `until 2026-11-20T09:15:30.000Z: no series FLAIR`. */
export function waitText({ waitsFor, until, missing = [] }: ArrivalWait): string {
  switch (waitsFor) {
    case 'too-early': return `until ${until}: its quiet time is not over`;
    case 'held-back': return `until ${until} at the latest: an association that stores into it is open`;
    case 'waiting': return `until ${until}: ${missingText(missing)}`;
  }
}

export function isWait(standing: Standing): standing is Wait {
  return 'until' in standing;
}
