// Lets the tests import `*.peggy` grammars from source: compiles one as build.mjs does, while it is loaded.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import peggy from 'peggy';

export async function load(url, context, nextLoad) {
  if (!new URL(url).pathname.endsWith('.peggy')) return nextLoad(url, context);
  const source = peggy.generate(await readFile(fileURLToPath(url), 'utf8'), { output: 'source', format: 'es' });
  return { format: 'module', source, shortCircuit: true };
}
