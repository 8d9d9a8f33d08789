// Which arrivals are complete: quiet for long enough, at all of their senders.
//
// What several senders send of one study (or series) at once is one arrival for the streams that want it from each of
// them: it is complete when all are quiet, and the mark of the one that was last stands for all.

import type { Stream } from '../config/configuration.ts';
import type { Mark } from '../spool/arrivals.ts';
import { touchMark } from '../spool/durable.ts';
import { groupBy } from './group-by.ts';
import { matchStreams } from './match-streams.ts';
import type { Station } from './station.ts';

export interface CompleteMark {
  readonly mark: Mark;
  /** A later one in the list, of the same study and wanted by at least the same streams, stands for it. */
  readonly covered: boolean;
}

interface Arriving {
  readonly mark: Mark;
  readonly wanting: readonly Stream[];
  readonly quiet: boolean;
}

/** @param marks oldest first, as `listMarks` gives them */
export async function findComplete(station: Station, marks: readonly Mark[]): Promise<CompleteMark[]> {
  const arriving: Arriving[] = [];
  for (const mark of marks) {
    const matches = matchStreams(station.configuration.streams, mark.origin).filter(({ matched }) => matched);
    const wanting = matches.map(({ stream }) => stream);
    arriving.push({ mark, wanting, quiet: await isQuiet(station, mark, wanting) });
  }
  const bySubject = groupBy(arriving, ({ mark: { origin } }) => {
    return `${origin.StudyInstanceUID} ${origin.SeriesInstanceUID ?? ''}`;
  });
  return [...bySubject.values()].flatMap((arrivals) => arrivals.flatMap((one, place) => {
    const sharesStream = (other: Arriving) => one.wanting.some((stream) => other.wanting.includes(stream));
    if (!one.quiet || arrivals.some((other) => !other.quiet && sharesStream(other))) return [];
    const covered = one.wanting.length > 0 && arrivals.slice(place + 1).some(({ wanting }) => {
      return one.wanting.every((stream) => wanting.includes(stream));
    });
    return [{ mark: one.mark, covered }];
  }));
}

/** Whether the longest quiet time that a stream which wants it asks for has passed since the last instance. */
async function isQuiet(
  { configuration, layout, now }: Station, mark: Mark, wanting: readonly Stream[],
): Promise<boolean> {
  const quietSeconds = (now().getTime() - mark.markedAt.getTime()) / 1000;
  if (quietSeconds < 0) {
    // The computer's clock was set back: the quiet time begins now.
    await touchMark(layout.mark(mark.name), now());
    return false;
  }
  const timeouts = wanting.map((stream) => stream.timeoutSeconds ?? configuration.timeoutSeconds);
  return quietSeconds >= Math.max(...timeouts, wanting.length === 0 ? configuration.timeoutSeconds : 0);
}
