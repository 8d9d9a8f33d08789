// Writes docs/CONFORMANCE.md. Run after a change of what it is made from: node --import tsx src/conformance/write.ts

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgramRoot } from '../config/program-root.ts';
import { makeStatement } from './make-statement.ts';

await writeFile(join(findProgramRoot(), 'docs', 'CONFORMANCE.md'), makeStatement());
