// Holds output.json against the JSON Schema of its core, where that has one.

import type { CoreSpecification } from '../../config/core-specification.ts';
import type { OutputSchema, SchemaProblem } from '../../config/output-schema.ts';
import { readSchemaFile } from '../../config/schema-file.ts';
import type { Failure } from '../../job/failure.ts';
import type { OutputJson } from './output-json.ts';

/** @param output what stands in output.json, or why it cannot be used, which is told elsewhere */
export async function validateValues(
  output: OutputJson | Failure | undefined, { schema }: CoreSpecification['outputs'],
): Promise<Failure[]> {
  if (schema === undefined) return [];
  if (output === undefined) return [{ reason: 'output-json-missing' }];
  if ('reason' in output) return [];
  const usable = await readSchema(schema);
  if ('reason' in usable) return [usable];
  return fitting(usable, output.json).map(({ at, text }) => ({ reason: 'output-schema', at, text }));
}

async function readSchema(
  schema: NonNullable<CoreSpecification['outputs']['schema']>,
): Promise<OutputSchema | Failure> {
  const { compileOutputSchema } = await import('../../config/output-schema.ts'); // its library takes its time to load
  if (typeof schema !== 'string') return usableOr(compileOutputSchema(schema), {});
  const json = await readSchemaFile(schema);
  if ('unreadable' in json) return { reason: 'schema-unusable', file: schema, text: `it ${json.unreadable}` };
  const [fault] = json.faults;
  if (fault !== undefined) return { reason: 'schema-unusable', file: schema, text: fault.message };
  return usableOr(compileOutputSchema(json.value), { file: schema });
}

function usableOr(
  compiled: OutputSchema | readonly SchemaProblem[], where: { readonly file?: string },
): OutputSchema | Failure {
  if ('validate' in compiled) return compiled;
  const text = compiled.map((problem) => `${problem.at || 'it'} ${problem.text}`).join('; ');
  return { reason: 'schema-unusable', ...where, text };
}

/** A schema that refers to itself without an end uses up the stack. */
function fitting(schema: OutputSchema, json: unknown): readonly SchemaProblem[] {
  try {
    return schema.validate(json);
  } catch (error) {
    if (error instanceof RangeError) return [{ at: '', text: 'is nested too deeply to be compared with it' }];
    throw error;
  }
}
