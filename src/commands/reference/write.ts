// Writes docs/commands/*.md. Run after a change of a command or of told/*.md:
// node --import tsx --import ./test/peggy-register.mjs src/commands/reference/write.ts

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgramRoot } from '../../config/program-root.ts';
import { makeIndex, makePage } from './make-page.ts';
import { readDeclarations } from './read-declarations.ts';

const folder = join(findProgramRoot(), 'docs', 'commands');
const commands = await readDeclarations();
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'README.md'), makeIndex(commands));
for (const { name, declaration, told } of commands) {
  await writeFile(join(folder, `${name}.md`), makePage(declaration, told));
}
