// Checks streams that relay as instances arrive: whatever asks for the whole study cannot be had with that.

import { RELAYS } from './arrival-policy.ts';
import type { Finding, Path } from './finding.ts';
import { itemsAt, keysOf, textAt, valueAt } from './loose.ts';

const [, AS_THEY_ARRIVE] = RELAYS;

export function checkRelay(station: unknown, statements: unknown): Finding[] {
  return itemsAt(station, 'Streams').flatMap((stream, index) => {
    if (valueAt(stream, 'relay') !== AS_THEY_ARRIVE) return [];
    return problemsOf(stream, keysOf(statements).includes(textAt(stream, 'name') ?? ''))
      .map(({ path, message, expected }): Finding => ({
        level: 'error', file: 'config.json', path: ['Streams', index, ...path], at: 'key', message,
        ...(expected === undefined ? {} : { expected }),
      }));
  });
}

interface Problem {
  readonly path: Path;
  readonly message: string;
  readonly expected?: string;
}

function problemsOf(stream: unknown, hasCore: boolean): Problem[] {
  if (hasCore) return [{ path: ['relay'], message: 'the stream has a core, and what goes on is what that puts out' }];
  const hasJob = (list: string): boolean => itemsAt(stream, list).some((action) => valueAt(action, 'type') === 'job');
  const saysNothing = itemsAt(stream, 'trigger-study').length + itemsAt(stream, 'trigger-series').length === 0;
  const whole = 'what it asks is known when the study is complete, and by then its instances have left';
  return [
    ...itemsAt(stream, 'destination').length > 0 ? []
      : [{ path: ['relay'], message: 'there is nowhere to relay to', expected: 'a `destination`' }],
    ...(['match', 'exclude'] as const).filter((key) => valueAt(valueAt(stream, 'trigger'), key) !== undefined)
      .map((key) => ({ path: ['trigger', key], message: whole, expected: '`filter` of the destinations' })),
    ...valueAt(stream, 'expect') === undefined ? [] : [{ path: ['expect'], message: whole }],
    ...valueAt(stream, 'lateArrivals') !== 'supersede' ? []
      : [{ path: ['lateArrivals'], message: 'nothing that has left can be superseded',
        expected: '"new-job" or "hold"' }],
    ...hasJob('trigger-series')
      ? [{ path: ['trigger-series'], message: 'instances leave as they arrive, whatever their series' }] : [],
    ...saysNothing || hasJob('trigger-study') || hasJob('trigger-series') ? []
      : [{ path: ['relay'], message: 'the stream has actions, and none of them relays',
        expected: '{"type": "job"} among `trigger-study`' }],
  ];
}
