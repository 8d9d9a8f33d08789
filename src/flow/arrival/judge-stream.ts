// What a stream whose time has come makes of a study, now that its headers are known, and what it asks of them. Pure.

import type { Stream } from '../../config/configuration.ts';
import type { Missing } from '../../job/missing.ts';
import type { SeriesFacts } from '../../select/series-facts.ts';
import { COUNT_KEYWORDS, findMissing } from './find-missing.ts';
import { matchHeaders } from './match-streams.ts';
import { statementOf } from './select-for-jobs.ts';

export type Verdict =
  /** Its trigger does not fit the headers. */
  | { readonly verdict: 'unwanted' }
  /** It waits for what is missing. */
  | { readonly verdict: 'waits'; readonly missing: readonly Missing[] }
  /** It is done with; `missing` is what is still not there when its time is over. */
  | { readonly verdict: 'goes'; readonly missing: readonly Missing[] };

/** Whether a stream's verdict depends on headers, which cost time to read. */
export function asksHeaders({ trigger: { match, exclude }, expect }: Stream): boolean {
  return match.length > 0 || exclude.length > 0 || expect !== undefined;
}

/** The elements that it depends on, by their keywords, beside what the select statement asks about. */
export function keywordsAskedBy({ trigger: { match, exclude }, expect }: Stream): string[] {
  const patterns = [...match, ...exclude].flatMap((entry) => Object.keys(entry));
  return expect?.instances === 'header' ? [...patterns, ...COUNT_KEYWORDS] : patterns;
}

/** @param series what came in @param isOver whether the time of what it expects is over */
export function judgeStream(stream: Stream, series: readonly SeriesFacts[], isOver: boolean): Verdict {
  if (!matchHeaders(stream, series).every(({ holds }) => holds)) return { verdict: 'unwanted' };
  const missing = stream.expect === undefined ? [] : findMissing(stream.expect, statementOf(stream), series);
  return { verdict: missing.length === 0 || isOver ? 'goes' : 'waits', missing };
}
