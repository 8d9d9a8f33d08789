// Writes what is generated from the schemas, config/schema/*.json and docs/configuration.md, and from the classification
// rules, docs/classes.md. Run after a change of a schema or a rule: node --import tsx src/config/reference/write.ts

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_NAMES, RULES_FILE } from '../finding.ts';
import { jsonSchemaPath } from '../json-schema.ts';
import { findProgramRoot } from '../program-root.ts';
import { makeClassesPage } from './make-classes-page.ts';
import { makeJsonSchema } from './make-json-schema.ts';
import { makePage } from './make-page.ts';

await mkdir(join(findProgramRoot(), 'config', 'schema'), { recursive: true });
for (const name of FILE_NAMES) await writeFile(jsonSchemaPath(name), makeJsonSchema(name));
await writeFile(join(findProgramRoot(), 'docs', 'configuration.md'), makePage());

const rules = JSON.parse(await readFile(join(findProgramRoot(), 'config', RULES_FILE), 'utf8'));
await writeFile(join(findProgramRoot(), 'docs', 'classes.md'), makeClassesPage(rules));
