// Mutates the shipped configuration and the specification's at random. Whatever comes of it, loading ends with a
// configuration or with problems that name a place.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { FILE_NAMES } from '../../src/config/finding.ts';
import { formatProblems } from '../../src/config/format-problems.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { findProgramRoot } from '../../src/config/program-root.ts';
import { makeDirectory } from './configuration-directory.ts';
import { chain, receiver, statements, station } from './specification.ts';

const ROUNDS = 400;
const PIECES = [
  '"', '{', '}', '[', ']', ',', ':', '\\', '//', '/*', 'null', '-1', '1e999', '""', '{}', '[]', '\0', '(', '\\u12',
];

/** Numbers from 0 to below 1, the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutate(text: string, random: () => number): string {
  const place = Math.floor(random() * text.length);
  const length = Math.floor(random() * 6);
  const piece = PIECES[Math.floor(random() * PIECES.length)] ?? '';
  switch (Math.floor(random() * 3)) {
    case 0: return text.slice(0, place) + text.slice(place + length);
    case 1: return text.slice(0, place) + piece + text.slice(place);
    // A whole value becomes another.
    default: return text.replace(/: [^,\n]+/g, (value) => (random() < 0.05 ? `: ${piece}` : value));
  }
}

test('ends with a configuration or with problems, whatever happened to the files', async (t) => {
  const random = randomFrom(20_260_101);
  const folder = join(findProgramRoot(), 'config');
  const shipped = await Promise.all(FILE_NAMES.map((name) => readFile(join(folder, name), 'utf8')));
  const withChain = { ...station, Streams: [{ ...station.Streams[0], 'trigger-study': chain }] };
  const specified = [receiver, withChain, statements];
  const originals = [shipped, specified.map((content) => JSON.stringify(content, null, 2))];
  const directory = await makeDirectory(t, {});
  const ends = { configuration: 0, problems: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const texts = originals[round % 2] ?? [];
    for (const [index, name] of FILE_NAMES.entries()) {
      await writeFile(join(directory, name), random() < 0.5 ? mutate(texts[index] ?? '', random) : texts[index] ?? '');
    }
    const loaded = await loadConfiguration(directory);
    if ('configuration' in loaded) {
      ends.configuration += 1;
      continue;
    }
    ends.problems += 1;
    assert.ok(loaded.problems.length > 0);
    for (const { line, column, message } of loaded.problems) assert.ok(line >= 1 && column >= 1 && message !== '');
    for (const line of formatProblems(loaded.problems).trimEnd().split('\n')) assert.match(line, /\.json:\d+:\d+: /);
  }
  assert.ok(ends.configuration > 20 && ends.problems > 100, JSON.stringify(ends));
});
