// Checks that every core fits into what the limits of config.json leave to all of them: one that does not would never
// start.

import { memoryText } from '../job/memory-text.ts';
import type { Limits, Stream } from './configuration.ts';
import type { CoreSpecification } from './core-specification.ts';
import { coresAt } from './cores-at.ts';
import type { Finding } from './finding.ts';
import { keysOf } from './loose.ts';

/** @param statements the file as it stands, for the places in it */
export function checkLimits(streams: readonly Stream[], limits: Limits, statements: unknown): Finding[] {
  return streams.flatMap(({ name, cores }) => {
    const places = coresAt(statements, name);
    return cores.flatMap((core, index) => tooMuch(core, limits).map(({ key, wanted, limit }): Finding => {
      const { core: written, path = [name] } = places[index] ?? {};
      return {
        level: 'error',
        file: 'select_statements.json',
        path: keysOf(written).includes(key) ? [...path, key] : path,
        at: 'value',
        message: `the core would never start: its ${key}, ${wanted}, is more than limits.${key} of config.json, ${limit}`,
        expected: `${key} of at most ${limit}`,
      };
    }));
  });
}

/** Amounts as the configuration has them. */
interface TooMuch {
  readonly key: 'memory' | 'cpus' | 'gpus';
  readonly wanted: string;
  readonly limit: string;
}

/** Nothing where the core does not run on a host of the station. */
function tooMuch(core: CoreSpecification, limits: Limits): TooMuch[] {
  if (core.executor !== 'container' && core.executor !== 'process') return [];
  const all = [
    { key: 'memory', wanted: core.memoryBytes, limit: limits.memoryBytes },
    { key: 'cpus', wanted: core.cpus, limit: limits.cpus },
    { key: 'gpus', wanted: core.gpus, limit: limits.gpus },
  ] as const;
  return all.flatMap(({ key, wanted, limit }) => {
    if (limit === undefined || wanted <= limit) return [];
    const format = key === 'memory' ? memoryText : String;
    return [{ key, wanted: format(wanted), limit: format(limit) }];
  });
}
