// A stream as the station uses it.

import type { Expectation } from './arrival-policy.ts';
import type { Action, Stream } from './configuration.ts';
import type { Recipient } from './destination.ts';
import { findChainCommand, isPartOfOriginalChain } from './original-chain.ts';
import { resolveCore } from './resolve-core.ts';
import type { CoreEntry } from './schema/statements-file.ts';
import type { ActionEntry, StreamEntry } from './schema/stream.ts';

/** @param cores the stream's in select_statements.json; none: it relays */
export function resolveStream(
  stream: StreamEntry, cores: readonly CoreEntry[], destinations: readonly Recipient[],
): Stream {
  const { name, description, enabled, priority, timeout, when, onIncomplete, lateArrivals } = stream;
  const { match = [], exclude = [] } = stream.trigger;
  const studyActions = resolveActions(stream['trigger-study']);
  const seriesActions = resolveActions(stream['trigger-series']);
  const chainCommand = findChainCommand(commandsOf([...stream['trigger-study'], ...stream['trigger-series']]));
  const saysNothing = studyActions.length === 0 && seriesActions.length === 0;
  const meansJob = saysNothing && (cores.length > 0 || destinations.length > 0); // of its cores, or of a relay
  return {
    name,
    description,
    enabled,
    trigger: { ...stream.trigger, match, exclude },
    priority,
    ...(when === undefined ? {} : { when }),
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
    ...(stream.expect === undefined ? {} : { expect: resolveExpectation(stream.expect) }),
    onIncomplete,
    lateArrivals,
    relay: stream.relay,
    studyActions: meansJob ? [{ type: 'job' }] : studyActions,
    seriesActions,
    cores: cores.map((core, index) => resolveCore(core, index === 0 ? chainCommand : undefined)),
    destinations,
    ...(stream.reidentify === undefined ? {} : { reidentify: stream.reidentify }),
    steering: stream.steering,
  };
}

function resolveExpectation({ series, instances, within }: NonNullable<StreamEntry['expect']>): Expectation {
  return { series, ...(instances === undefined ? {} : { instances }), withinSeconds: within };
}

/** The program and arguments of every exec action. */
export function commandsOf(actions: readonly ActionEntry[]): (readonly string[])[] {
  return actions.flatMap((action) => (action.type === 'exec' ? [action.cmd] : []));
}

/** The actions in order; one job, and no more, where the original's chain begins or a job is asked for. */
function resolveActions(entries: readonly ActionEntry[]): Action[] {
  const chain = commandsOf(entries);
  const actions = entries.map((entry): Action => {
    switch (entry.type) {
      case 'exec':
        return isPartOfOriginalChain(entry.cmd, chain) ? { type: 'job' } : { type: 'exec', cmd: entry.cmd };
      case 'send':
        return { type: 'send', destination: entry.destination };
      case 'job':
        return { type: 'job' };
    }
  });
  const firstJob = actions.findIndex(({ type }) => type === 'job');
  return actions.filter(({ type }, index) => type !== 'job' || index === firstJob);
}
