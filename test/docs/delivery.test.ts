// What docs/delivery.md shows can be configured and typed so, and it has every state.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDeclarations } from '../../src/commands/reference/read-declarations.ts';
import { DELIVERY_STATES } from '../../src/job/delivery-state.ts';
import { load } from '../config/configuration-directory.ts';
import { ROOT } from '../rig/station.ts';

const PAGE = readFileSync(join(ROOT, 'docs', 'delivery.md'), 'utf8');

/** The codes of the page of one language; '' are commands. */
function codes(language: string): string[] {
  return [...PAGE.matchAll(/^```(.*)\n([^]*?)^```$/gm)].filter(([, which]) => which === language).map(([, , code = '']) => code);
}

test('every configuration of the page can be loaded, without a doubt of it', async (t) => {
  const examples = codes('json');
  assert.equal(examples.length, 4);
  for (const example of examples) {
    const { notes } = await load(t, { 'config.json': example, 'receiver.json': { LOCALTIMEZONE: 'Europe/Copenhagen' } });
    assert.deepEqual(notes.map(({ message }) => message), [], example);
  }
});

test('every command of the page is one, with these options', async () => {
  const declared = new Map((await readDeclarations()).map(({ name, declaration: { command } }) => [name, command]));
  const lines = codes('').flatMap((code) => code.trim().split('\n')).map((line) => line.replace(/ #.*/, ''));
  const within = [...PAGE.matchAll(/`(dts [^`]+)`/g)].map(([, line = '']) => line);
  assert.ok(lines.length >= 12 && within.length >= 12);
  for (const line of [...lines, ...within]) {
    const [dts, name = '', ...words] = line.split(/\s+/);
    const command = declared.get(name);
    assert.ok(dts === 'dts' && command !== undefined, line);
    for (const word of words.filter((one) => one.startsWith('--'))) {
      assert.ok(command.options.some(({ long }) => long === word), `${line}: ${word}`);
    }
  }
});

test('the page says of every state what to do', () => {
  const [, table = ''] = /\n\| state \|[^\n]*\n\|---[^\n]*\n([^]*?)\n\n/.exec(PAGE) ?? [];
  assert.deepEqual([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, state]) => state).sort(), [...DELIVERY_STATES].sort());
});
