// The JSON Schema that a core's output.json must fit.
//
// A schema is the site's, what it is held against is not: patterns are matched in linear time (RE2), and the keyword
// that compares everything with everything is not there. `format` is not checked, as the standard has it unless asked.
// Loaded only by what checks a configuration or an output: a tick without either costs nothing.

import { Ajv, type ErrorObject, type Options } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { compilePattern } from '../select/pattern.ts';

/** Something wrong at a place of a JSON value, which is told as a JSON Pointer (RFC 6901); empty for all of it. */
export interface SchemaProblem {
  readonly at: string;
  readonly text: string;
}

/** A schema that can be used. */
export interface OutputSchema {
  /** Everything in a value that does not fit. */
  validate(value: unknown): readonly SchemaProblem[];
}

/** More of one output.json are not told. */
const MOST_PROBLEMS = 20;
const LONGEST_DETAIL = 200;

const OPTIONS: Options = {
  allErrors: true,
  logger: false,
  validateSchema: false, // done first, where every error is told
  validateFormats: false,
  strictTypes: false,
  strictTuples: false,
  code: { regExp: Object.assign(linearPattern, { code: 'linearPattern' }) },
};

/** By what `$schema` may say, without a # at its end. */
const DRAFTS: Readonly<Record<string, (options: Options) => Ajv>> = {
  'http://json-schema.org/draft-07/schema': (options) => new Ajv(options),
  'https://json-schema.org/draft/2019-09/schema': (options) => new Ajv2019(options),
  'https://json-schema.org/draft/2020-12/schema': (options) => new Ajv2020(options),
};
const DEFAULT_DRAFT = 'http://json-schema.org/draft-07/schema';

/** @returns a schema, or everything that is wrong with it */
export function compileOutputSchema(schema: unknown): OutputSchema | readonly SchemaProblem[] {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    return [{ at: '', text: 'is no object' }];
  }
  const { $schema = DEFAULT_DRAFT } = schema as { $schema?: unknown };
  const draft = DRAFTS[String($schema).replace(/#$/, '')];
  if (draft === undefined) return [{ at: '/$schema', text: `is none of ${Object.keys(DRAFTS).join(', ')}` }];
  const ajv = draft(OPTIONS);
  if (ajv.validateSchema(schema) !== true) return firstOfEachPlace(problemsOf(ajv.errors));
  ajv.removeKeyword('uniqueItems'); // its time grows with the square of a list's length
  try {
    const fits = ajv.compile(schema);
    return { validate: (value) => (fits(value) ? [] : problemsOf(fits.errors)) };
  } catch (error) {
    // The stack is used up.
    if (error instanceof RangeError) return [{ at: '', text: 'refers to itself without an end' }];
    if (!(error instanceof Error)) throw error;
    // A word that is none, a reference to nowhere.
    return [{ at: '', text: error.message.replace(/^strict mode: /, '') }];
  }
}

function problemsOf(errors: readonly ErrorObject[] | null | undefined): SchemaProblem[] {
  return (errors ?? []).slice(0, MOST_PROBLEMS).map((error) => ({
    at: error.instancePath.slice(0, LONGEST_DETAIL), text: textOf(error),
  }));
}

/** Names what the library's own message leaves out: a key that may not be there, the values that may. */
function textOf({ message = 'does not fit', params }: ErrorObject): string {
  const { allowedValues, additionalProperty, allowedValue } = params as Readonly<Record<string, unknown>>;
  const detail = allowedValues ?? additionalProperty ?? allowedValue;
  return detail === undefined ? message : `${message}: ${JSON.stringify(detail).slice(0, LONGEST_DETAIL)}`;
}

/** What does not fit one alternative of a schema for schemas does not fit the others either. */
function firstOfEachPlace(problems: readonly SchemaProblem[]): SchemaProblem[] {
  return problems.filter(({ at }, index) => problems.findIndex((problem) => problem.at === at) === index);
}

function linearPattern(source: string): { test: (text: string) => boolean } {
  const pattern = compilePattern(source);
  if (pattern.kind === 'problem') throw new Error(`the pattern ${source}: ${pattern.message}`);
  return { test: pattern.matches };
}
