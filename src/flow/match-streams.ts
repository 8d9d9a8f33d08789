// Which streams want an arrival, and why or why not. Pure: `scan-arrived` acts on the answer, `explain` shows it.

import { compilePattern } from '../config/python-pattern.ts';
import type { Stream } from '../config/configuration.ts';
import type { ArrivalOrigin } from '../job/job.ts';

/** One condition of a stream's trigger and how it came out. */
export interface TriggerCondition {
  readonly condition: 'enabled' | 'AETitleCalled' | 'AETitleCaller';
  /** The pattern, as configured. */
  readonly wanted: string;
  readonly found: string;
  readonly holds: boolean;
}

export interface StreamMatch {
  readonly stream: Stream;
  readonly matched: boolean;
  readonly conditions: readonly TriggerCondition[];
}

/** Tries an arrival on every stream, in the order of the configuration. */
export function matchStreams(
  streams: readonly Stream[], arrival: Pick<ArrivalOrigin, 'callingAETitle' | 'calledAETitle'>,
): StreamMatch[] {
  return streams.map((stream) => {
    const conditions: TriggerCondition[] = [
      { condition: 'enabled', wanted: 'true', found: String(stream.enabled), holds: stream.enabled },
      pattern('AETitleCalled', stream.trigger.AETitleCalled, arrival.calledAETitle),
      pattern('AETitleCaller', stream.trigger.AETitleCaller, arrival.callingAETitle),
    ];
    return { stream, matched: conditions.every(({ holds }) => holds), conditions };
  });
}

/** Trigger patterns match from the start of the title, not necessarily to its end. */
function pattern(condition: 'AETitleCalled' | 'AETitleCaller', wanted: string, found: string): TriggerCondition {
  const compiled = compilePattern(wanted);
  return { condition, wanted, found, holds: compiled.kind === 'pattern' && compiled.expression.test(found) };
}
