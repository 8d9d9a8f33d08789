// Makes the JSON Schema of a file. Used while developing only: what it makes is shipped (../json-schema.ts).

import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import type { FileName } from '../finding.ts';
import { alternativesOf, descriptionOf, entriesOf, examplesOf } from './look-into.ts';
import { PURPOSES, SCHEMAS } from './schema-files.ts';

/**
 * The JSON Schema of a file, as text. What JSON Schema cannot say (that a pattern compiles, that a stream exists) is
 * left to `dts check`.
 */
export function makeJsonSchema(file: FileName): string {
  const schema = { ...convert(SCHEMAS[file]), title: file, description: PURPOSES[file] };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function convert(schema: v.GenericSchema): JsonSchema {
  const { $defs, ...converted } = toJsonSchema(schema, { // what is lazy stands where it is used, nothing refers to it
    typeMode: 'input',
    errorMode: 'ignore',
    overrideAction: ({ jsonSchema }) => 'kinds' in jsonSchema ? withEveryKind(jsonSchema) : undefined,
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (valibotSchema.type === 'object_with_rest') return closed(valibotSchema, jsonSchema);
      if (valibotSchema.type !== 'lazy') return undefined;
      return { anyOf: alternativesOf(valibotSchema).map((alternative) => withoutDialect(convert(alternative))) };
    },
  });
  return converted;
}

/** No keys but these. A value that is transformed when it is read loses its description on the way here. */
function closed(schema: v.GenericSchema, { properties = {}, ...jsonSchema }: JsonSchema): JsonSchema {
  const described = Object.entries(entriesOf(schema)).map(([key, entry]) => {
    const property = properties[key] as JsonSchema;
    return [key, { ...property, description: descriptionOf(entry), examples: examplesOf(entry) }];
  });
  const ownProperties = Object.fromEntries(described) as Record<string, JsonSchema>;
  return { ...jsonSchema, properties: ownProperties, additionalProperties: false };
}

/** What is told apart by its `type` is lazy: what it was converted to is no more than the usual kind. */
function withEveryKind({ kinds, ...schema }: JsonSchema & { readonly kinds: unknown }): JsonSchema {
  const schemas = Object.values(kinds as Readonly<Record<string, v.GenericSchema>>);
  return { ...schema, anyOf: schemas.map((kind) => withoutDialect(convert(kind))) };
}

function withoutDialect({ $schema, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
