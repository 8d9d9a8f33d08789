import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeIndex, makePage } from '../../src/commands/reference/make-page.ts';
import { readDeclarations } from '../../src/commands/reference/read-declarations.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { ROOT } from '../rig/station.ts';

const FOLDER = join(ROOT, 'docs', 'commands');
const toWriteThem = 'run: node --import tsx --import ./test/peggy-register.mjs src/commands/reference/write.ts';

test('docs/commands holds the page of every command, an index, and nothing else', async () => {
  const expected = ['README.md', ...COMMANDS.map(({ name }) => `${name}.md`)];
  assert.deepEqual((await readdir(FOLDER)).sort(), expected.sort(), toWriteThem);
});

test('every page is that of its command as it is declared', async () => {
  for (const { name, declaration, told } of await readDeclarations()) {
    assert.equal(declaration.command.name(), name);
    assert.equal(await readFile(join(FOLDER, `${name}.md`), 'utf8'), makePage(declaration, told), `${name}: ${toWriteThem}`);
  }
});

test('the index is that of the commands', async () => {
  assert.equal(await readFile(join(FOLDER, 'README.md'), 'utf8'), makeIndex(await readDeclarations()), toWriteThem);
});

test('every option and argument of every command says what it is for, and every example calls its command', async () => {
  for (const { name, declaration: { command, examples } } of await readDeclarations()) {
    for (const { flags, description } of command.options) assert.match(description, /^\S.{4,}/, `${name} ${flags}`);
    for (const argument of command.registeredArguments) assert.match(argument.description, /^\S.{4,}/, `${name} ${argument.name()}`);
    assert.ok(examples.length > 0, name);
    for (const [line] of examples) assert.match(line, new RegExp(`^dts ${name}\\b`));
  }
});

test('a page of which a section is missing is not made', async () => {
  const [first] = await readDeclarations();
  assert.ok(first !== undefined);
  assert.throws(() => makePage(first.declaration, first.told.replace('## After a crash', '## Later')), /headings are/);
});
