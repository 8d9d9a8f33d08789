// Checks cores that run on inference servers: what they must say, and what of the rest of a core means nothing there.
//
// Takes the file as it stands, with whatever else may be wrong in it.

import { coresAt } from './cores-at.ts';
import type { Finding, Path } from './finding.ts';
import { keysOf, textAt, valueAt } from './loose.ts';

/** Keys of a core that are for programs of this host. */
const FOR_PROGRAMS: readonly string[] = [
  'docker_image', 'command', 'env', 'ROR_CONT_OPTIONS', 'memory', 'cpus', 'gpus', 'network', 'runtime',
];

/** @param statements the content of select_statements.json */
export function checkInferenceServers(statements: unknown): Finding[] {
  return keysOf(statements).flatMap((stream) => coresAt(statements, stream)).flatMap(({ core, path }) => {
    const executor = valueAt(core, 'executor');
    const server = valueAt(core, 'inferenceServer');
    if (server === undefined) return executor === 'inference-server' ? [missingServer(path)] : [];
    if (executor !== undefined && executor !== 'inference-server') return [unusedServer(path, executor)];
    return [
      ...unusedKeys(core, path),
      ...checkServerAddress(server, 'url', [...path, 'inferenceServer'], 'select_statements.json'),
    ];
  });
}

/** Of a server's address under a key: what no request may hold, and what has no effect without TLS. */
export function checkServerAddress(server: unknown, key: string, path: Path, file: Finding['file']): Finding[] {
  const text = textAt(server, key);
  if (text === undefined || !URL.canParse(text)) return [];
  const url = new URL(text);
  const findings: Finding[] = [];
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    const message = 'the address has more than host, port and path';
    const expected = 'an address without ?, # and @';
    findings.push({ level: 'error', file, path: [...path, key], at: 'value', message, expected });
  }
  if (url.protocol === 'http:' && valueAt(server, 'ca') !== undefined) {
    const message = 'not used: the address begins with http://, so nothing is encrypted';
    findings.push({ level: 'warning', file, path: [...path, 'ca'], at: 'value', message });
  }
  return findings;
}

function missingServer(path: Path): Finding {
  const message = 'nothing says which inference server runs the core';
  return {
    level: 'error', file: 'select_statements.json', path: [...path, 'executor'], at: 'value', message,
    expected: 'inferenceServer',
  };
}

function unusedServer(path: Path, executor: unknown): Finding {
  const message = `not used: executor is ${String(executor)}`;
  return { level: 'warning', file: 'select_statements.json', path: [...path, 'inferenceServer'], at: 'key', message };
}

function unusedKeys(core: unknown, path: Path): Finding[] {
  const notes = FOR_PROGRAMS.filter((key) => valueAt(core, key) !== undefined)
    .map((key) => ({ key, message: 'not used: the core runs on an inference server' }));
  if (valueAt(core, 'timeoutSeconds') !== undefined) {
    const message = 'not used: inferenceServer.timeoutSeconds says how long a task may take';
    notes.push({ key: 'timeoutSeconds', message });
  }
  return notes.map(({ key, message }) => {
    return { level: 'warning', file: 'select_statements.json', path: [...path, key], at: 'key', message };
  });
}
