// Checks the JSON Schemas that cores' outputs must fit.

import { coresAt } from './cores-at.ts';
import type { Finding, Path } from './finding.ts';
import { findPlace, lineAndColumn } from './jsonc.ts';
import { keysOf, valueAt } from './loose.ts';
import type { SchemaProblem } from './output-schema.ts';
import { readSchemaFile } from './schema-file.ts';

type Compile = (schema: unknown) => readonly SchemaProblem[];

/** Everything wrong with the schemas, in the statements or in files of their own. */
export async function checkOutputs(statements: unknown): Promise<Finding[]> {
  const cores = keysOf(statements).flatMap((stream) => coresAt(statements, stream));
  const schemas = cores.map(({ core, path }) => {
    return { schema: valueAt(valueAt(core, 'outputs'), 'schema'), path: [...path, 'outputs', 'schema'] };
  }).filter(({ schema }) => schema !== undefined);
  if (schemas.length === 0) return [];
  const { compileOutputSchema } = await import('./output-schema.ts'); // its library takes its time to load
  const compile: Compile = (schema) => {
    const compiled = compileOutputSchema(schema);
    return 'validate' in compiled ? [] : compiled;
  };
  const findings = await Promise.all(schemas.map(({ schema, path }) => checkSchema(schema, path, compile)));
  return findings.flat();
}

async function checkSchema(schema: unknown, path: Path, compile: Compile): Promise<Finding[]> {
  if (typeof schema === 'object') return compile(schema).map((problem) => inStatements(problem, schema, path));
  return typeof schema === 'string' && schema.startsWith('/') ? checkFile(schema, path, compile) : [];
}

function inStatements({ at, text }: SchemaProblem, schema: unknown, path: Path): Finding {
  const message = `the schema cannot be used: ${at || 'it'} ${text}`;
  const place = [...path, ...stepsOf(at, schema)];
  return { level: 'error', file: 'select_statements.json', path: place, at: 'value', message };
}

async function checkFile(file: string, path: Path, compile: Compile): Promise<Finding[]> {
  const found = (message: string): Finding => {
    return { level: 'error', file: 'select_statements.json', path, at: 'value', message, value: file };
  };
  const json = await readSchemaFile(file);
  if ('unreadable' in json) return [found(`the schema ${json.unreadable}`)];
  const faults = json.faults.map(({ characterOfFile, message }) => ({ character: characterOfFile, text: message }));
  const problems = faults.length > 0 ? faults : compile(json.value).map(({ at, text }) => {
    return { character: findPlace(json, stepsOf(at, json.value), 'value'), text: `${at || 'it'} ${text}` };
  });
  return problems.map(({ character, text }) => {
    const { line, column } = lineAndColumn(json.text, character);
    return found(`the schema cannot be used: line ${line}, column ${column}: ${text}`);
  });
}

/** The keys and indexes of a JSON Pointer (RFC 6901) within a value. */
function stepsOf(pointer: string, value: unknown): Path {
  const steps: (string | number)[] = [];
  let inside: unknown = value;
  for (const word of pointer.split('/').slice(1)) {
    const key = word.replaceAll('~1', '/').replaceAll('~0', '~');
    steps.push(Array.isArray(inside) ? Number(key) : key);
    inside = valueAt(inside, key);
  }
  return steps;
}
