// Checks across the keys of a configuration that no single key can answer for: names that must be unique or must exist,
// streams with nothing to do, cores that could not start.
//
// Takes files as they stand, with whatever else may be wrong in them.

import { namesWithin } from './check-choices.ts';
import { coresAt } from './cores-at.ts';
import type { Finding, Path } from './finding.ts';
import { itemsAt, keysOf, textAt, valueAt } from './loose.ts';
import { isPartOfOriginalChain } from './original-chain.ts';
import { findClosestName } from '../select/closest-name.ts';

/** Every problem between the streams of config.json and the cores of select_statements.json. */
export function checkStreams(station: unknown, statements: unknown): Finding[] {
  return [
    ...duplicateStreams(station),
    ...destinationNames(station),
    ...itemsAt(station, 'Streams').flatMap((stream, index) => aimlessStream(stream, ['Streams', index], statements)),
    ...keysOf(statements).flatMap((name) => [
      ...coreWithoutStream(name, station),
      ...coresAt(statements, name).flatMap(({ core, path }, index) => [
        ...coreWithoutProgram(core, path),
        ...(index === 0 ? [] : selectOfLaterCore(core, path)),
      ]),
    ]),
  ];
}

function inStation(path: Path, found: Pick<Finding, 'message' | 'value' | 'expected' | 'suggestion'>): Finding {
  return { level: 'error', file: 'config.json', at: 'value', path, ...found };
}

function inStatements(
  path: Path, at: 'key' | 'value', found: Pick<Finding, 'message' | 'expected' | 'suggestion'>,
): Finding {
  return { level: 'error', file: 'select_statements.json', at, path, ...found };
}

function duplicateStreams(station: unknown): Finding[] {
  const first = new Map<string, number>();
  return itemsAt(station, 'Streams').flatMap((stream, index) => {
    const name = textAt(stream, 'name');
    if (name === undefined) return [];
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    if (earlier === undefined) return [];
    const message = `a stream has this name already, Streams[${earlier}]`;
    return [inStation(['Streams', index, 'name'], { message, value: name, expected: 'a name of its own' })];
  });
}

/** Names given to destinations are unique in all of config.json; a stream refers to names that exist, each once. */
function destinationNames(station: unknown): Finding[] {
  const shared = valueAt(station, 'destinations');
  const names = new Set(keysOf(shared));
  const findings: Finding[] = [];
  const claim = (name: string | undefined, path: Path): void => {
    if (name === undefined) return;
    if (names.has(name)) {
      const message = 'another destination has this name already';
      findings.push(inStation(path, { message, value: name, expected: 'a name of its own' }));
    }
    names.add(name);
  };
  for (const key of keysOf(shared)) {
    const name = textAt(valueAt(shared, key), 'name');
    if (name !== key) claim(name, ['destinations', key, 'name']);
    for (const within of namesWithin(valueAt(shared, key), ['destinations', key])) claim(within.name, within.path);
  }
  const senders = valueAt(station, 'senders');
  for (const title of keysOf(senders)) claim(textAt(valueAt(senders, title), 'name'), ['senders', title, 'name']);
  itemsAt(station, 'Streams').forEach((stream, streamIndex) => {
    const seen = new Set<string>();
    itemsAt(stream, 'destination').forEach((destination, index) => {
      const path = ['Streams', streamIndex, 'destination', index];
      claim(textAt(destination, 'name'), [...path, 'name']);
      for (const within of namesWithin(destination, path)) claim(within.name, within.path);
      const content = JSON.stringify(destination);
      if (seen.has(content)) {
        findings.push(inStation(path, { message: 'this stream has the same destination already' }));
      }
      seen.add(content);
      if (typeof destination === 'string') findings.push(...unknownDestination(destination, path, keysOf(shared)));
    });
  });
  return findings;
}

function unknownDestination(name: string, path: Path, names: readonly string[]): Finding[] {
  if (names.includes(name)) return [];
  const suggestion = findClosestName(name, names);
  const found = { message: 'there is no destination of this name', value: name };
  if (suggestion !== undefined) return [inStation(path, { ...found, suggestion })];
  const expected = names.length === 0 ? 'a key of `destinations`, which is empty' : `one of ${names.join(', ')}`;
  return [inStation(path, { ...found, expected })];
}

function aimlessStream(stream: unknown, path: Path, statements: unknown): Finding[] {
  const name = textAt(stream, 'name');
  if (name === undefined || keysOf(statements).includes(name)) return [];
  const lists = (['trigger-study', 'trigger-series'] as const).map((key) => ({ key, actions: itemsAt(stream, key) }));
  const aimless = lists.every(({ actions }) => actions.length === 0) && itemsAt(stream, 'destination').length === 0;
  if (aimless) {
    const message = 'the stream has neither a core nor actions nor destinations, so nothing would ever happen';
    return [inStation(path, { message, expected: `a core ${name} in select_statements.json, or one of the others` })];
  }
  return lists.flatMap(({ key, actions }) => {
    const chain = actions.map(wordsOf);
    return actions.flatMap((action, index) => {
      const relays = valueAt(action, 'type') === 'job' && valueAt(stream, 'relay') !== undefined;
      const isJob = valueAt(action, 'type') === 'job' || isPartOfOriginalChain(wordsOf(action), chain);
      if (!isJob || relays) return [];
      const message = 'a job needs a core, and the stream has none';
      const expected = `an entry ${name} in select_statements.json, or \`relay\` where what came in is to go on as it is`;
      return [inStation([...path, key, index], { message, expected })];
    }).slice(0, 1);
  });
}

function wordsOf(action: unknown): readonly string[] {
  return itemsAt(action, 'cmd').filter((word) => typeof word === 'string');
}

function coreWithoutStream(name: string, station: unknown): Finding[] {
  const streams = itemsAt(station, 'Streams').flatMap((stream) => textAt(stream, 'name') ?? []);
  if (streams.includes(name)) return [];
  const suggestion = findClosestName(name, streams);
  const found = { message: 'config.json has no stream of this name' };
  if (suggestion !== undefined) return [inStatements([name], 'key', { ...found, suggestion })];
  return [inStatements([name], 'key', { ...found, expected: 'the name of a stream' })];
}

function selectOfLaterCore(core: unknown, path: Path): Finding[] {
  if (valueAt(core, 'select') === undefined) return [];
  const message = 'only the first core of a chain selects; this one gets what the one before it put out';
  return [inStatements([...path, 'select'], 'key', { message })];
}

function coreWithoutProgram(core: unknown, path: Path): Finding[] {
  if (typeof core !== 'object' || core === null) return [];
  const image = textAt(core, 'docker_image');
  const command = valueAt(core, 'command');
  const hasCommand = command !== undefined && !(Array.isArray(command) && command.length === 0);
  const executor = valueAt(core, 'executor');
  if (executor === 'inference-server' || valueAt(core, 'inferenceServer') !== undefined) return [];
  if (executor === 'container' && image === undefined) {
    const found = { message: 'a container needs an image', expected: 'docker_image' };
    return [inStatements([...path, 'executor'], 'value', found)];
  }
  if (executor === 'process' && !hasCommand) {
    const found = { message: 'a process needs a program', expected: 'command' };
    return [inStatements([...path, 'executor'], 'value', found)];
  }
  if (executor === 'slurm') return slurmWithoutProgram(core, path, image, hasCommand);
  if (valueAt(core, 'slurm') !== undefined) {
    const found = { message: 'the core is not submitted to Slurm', expected: '"executor": "slurm" beside it' };
    return [inStatements([...path, 'slurm'], 'key', found)];
  }
  if (executor === undefined && image === undefined && !hasCommand) {
    const message = 'nothing says what the core runs';
    return [inStatements(path, 'value', { message, expected: 'docker_image, command or inferenceServer' })];
  }
  return [];
}

function slurmWithoutProgram(core: unknown, path: Path, image: string | undefined, hasCommand: boolean): Finding[] {
  const runtime = textAt(valueAt(core, 'slurm'), 'runtime');
  if (runtime === undefined || runtime === 'process') {
    if (hasCommand || (runtime === undefined && image !== undefined)) return [];
    const expected = runtime === undefined ? 'docker_image or command' : 'command';
    return [inStatements([...path, 'executor'], 'value', { message: 'nothing says what the core runs', expected })];
  }
  const needsImage = ['podman', 'apptainer', 'singularity'].includes(runtime);
  if (image !== undefined || !needsImage) return [];
  const found = { message: `${runtime} needs an image`, expected: 'docker_image' };
  return [inStatements([...path, 'slurm', 'runtime'], 'value', found)];
}
