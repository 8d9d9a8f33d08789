// Looks into schemas: what they describe and what they consist of. valibot's types say less than its objects hold.

import * as v from 'valibot';
import { kindsOf } from '../schema/by-type.ts';

/** The keys of an object and their schemas. */
export function entriesOf(schema: v.GenericSchema): Readonly<Record<string, v.GenericSchema>> {
  return (schema as unknown as { entries: Record<string, v.GenericSchema> }).entries;
}

/** The schema of every value of a map. */
export function valueOf(schema: v.GenericSchema): v.GenericSchema {
  return (schema as unknown as { value: v.GenericSchema }).value;
}

/** What textOr, oneOrMore and byType choose between. */
export function alternativesOf(schema: v.GenericSchema): v.GenericSchema[] {
  const kinds = kindsOf(schema);
  if (kinds !== undefined) return Object.values(kinds);
  const { getter } = schema as v.LazySchema<v.GenericSchema>;
  return [...new Set([getter(''), getter(true), getter({}), getter([])])];
}

/** The objects of a variant, by their `type`. */
export function variantsOf(schema: v.GenericSchema): { readonly type: string; readonly schema: v.GenericSchema }[] {
  const { options } = schema as unknown as { options: readonly v.GenericSchema[] };
  return options.map((option) => {
    const { literal } = entriesOf(option)['type'] as unknown as { literal: string };
    return { type: literal, schema: option };
  });
}

/** Without `optional` around it. */
export function required(schema: v.GenericSchema): v.GenericSchema {
  return schema.type === 'optional' ? (schema as v.OptionalSchema<v.GenericSchema, undefined>).wrapped : schema;
}

export function descriptionOf(schema: v.GenericSchema): string {
  return v.getDescription(required(schema)) ?? '';
}

export function examplesOf(schema: v.GenericSchema): readonly unknown[] {
  return v.getExamples(required(schema));
}

/** The phrase that completes "expected …". */
export function expectedOf(schema: v.GenericSchema): string {
  const { expected } = v.getMetadata(schema) as { expected?: string };
  // A message may be made for each value; that for a value which is never right is the plain one.
  return expected ?? v.safeParse(schema, null).issues?.[0]?.message ?? '';
}
