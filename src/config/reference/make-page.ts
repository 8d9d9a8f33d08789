// Makes docs/configuration.md out of the schemas: every key with what it is for, what it takes, its default, an
// example.

import * as v from 'valibot';
import { FILE_NAMES, type FileName } from '../finding.ts';
import { FUTURE_KEYS, FUTURE_VALUES } from '../future-keys.ts';
import { kindsOf } from '../schema/by-type.ts';
import { editorSchema } from '../schema/values.ts';
import {
  alternativesOf, descriptionOf, entriesOf, examplesOf, expectedOf, required, valueOf, variantsOf,
} from './look-into.ts';
import { PURPOSES, SCHEMAS } from './schema-files.ts';

/** A key of a file, such as `Streams[].trigger.AETitleCalled`. */
export interface KeyEntry {
  readonly path: string;
  readonly description: string;
  readonly expected: string;
  /** As JSON; absent where there is none. */
  readonly default?: string;
  readonly example?: string;
  readonly required: boolean;
}

/** Keys that stand in several places are listed once, and referred to from the others. */
export interface Reference {
  readonly path: string;
  readonly sameAs: string;
}

/**
 * Every key of a file, each object's keys right below it.
 * @param listed where the keys of an object were listed already; filled while listing.
 */
export function listKeys(
  schema: v.GenericSchema, path = '', listed = new Map<v.GenericSchema, string>(),
): (KeyEntry | Reference)[] {
  const below = (inner: v.GenericSchema, innerPath: string) => listKeys(inner, innerPath, listed);
  switch (schema.type) {
    case 'optional':
      return below(required(schema), path);
    case 'object_with_rest': {
      const entries = entriesOf(schema);
      const identity = Object.values(entries)[0] ?? schema;
      const sameAs = listed.get(identity);
      if (sameAs !== undefined) return [{ path: join(path, '…'), sameAs: join(sameAs, '…') }];
      if (identity !== editorSchema) listed.set(identity, path);
      return Object.entries(entries).flatMap(([key, value]) => {
        return [entryOf(join(path, key), value), ...below(value, join(path, key))];
      });
    }
    case 'array':
      return below((schema as v.ArraySchema<v.GenericSchema, undefined>).item, `${path}[]`);
    case 'record':
      return below(valueOf(schema), join(path, 'NAME'));
    case 'variant':
      return variantsOf(schema).flatMap((variant) => below(variant.schema, `${path}(${variant.type})`));
    case 'lazy': {
      const kinds = kindsOf(schema);
      if (kinds !== undefined) return Object.entries(kinds).flatMap(([type, kind]) => below(kind, `${path}(${type})`));
      return alternativesOf(schema).flatMap((alternative) => below(alternative, path));
    }
    default:
      return [];
  }
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function entryOf(path: string, schema: v.GenericSchema): KeyEntry {
  const fallback: unknown = v.getDefault(schema);
  const [example] = examplesOf(schema);
  return {
    path,
    description: descriptionOf(schema),
    expected: expectedOf(required(schema)),
    ...(fallback === undefined ? {} : { default: JSON.stringify(fallback) }),
    ...(example === undefined ? {} : { example: JSON.stringify(example) }),
    required: schema.type !== 'optional',
  };
}

/** The whole page. */
export function makePage(): string {
  const keys = FILE_NAMES.map(formatFile);
  const future = FILE_NAMES.flatMap(formatFuture);
  return `${[INTRODUCTION, ...keys, FUTURE_INTRODUCTION, ...future].join('\n')}\n`;
}

function formatFile(file: FileName): string {
  const sections = listKeys(SCHEMAS[file]).map(formatKey);
  return `## ${file}\n\n${PURPOSES[file]}\n\n${sections.join('\n')}\n`;
}

function formatKey(key: KeyEntry | Reference): string {
  if ('sameAs' in key) return `- **\`${key.path}\`**: as \`${key.sameAs}\`.`;
  const { path, description, expected, default: fallback, example } = key;
  const facts = [
    `Takes ${expected}.`,
    key.required ? 'Must be given.' : fallback === undefined ? undefined : `Default: \`${fallback}\`.`,
    example === undefined ? undefined : `Example: \`${example}\`.`,
  ].filter((fact) => fact !== undefined);
  return `- **\`${path}\`**: ${description}  \n  ${facts.join(' ')}`;
}

/** None where the file has no such key. */
function formatFuture(file: FileName): string[] {
  const keys = (FUTURE_KEYS[file] ?? []).map((key) => `\`${key}\``);
  const values = Object.entries(FUTURE_VALUES[file] ?? {}).map(([key, names]) => `\`${key}\`: ${names.join(', ')}`);
  const all = [...keys, ...values];
  return all.length === 0 ? [] : [`- **${file}**: ${all.join('; ')}`];
}

const INTRODUCTION = `# Configuration

Three files in one directory: that which \`--config\` names, else \`$DTS_CONFIG\`, else the one that install.sh was
given. A checkout that is not installed takes /etc/dts instead of the last, and its own config/ where that is missing.
Each file and almost every key may be left out. \`dts config init\` writes a commented start, \`dts check\` tells every
problem at once, \`dts config show\` what is in effect, \`dts config schema\` prints JSON Schemas for editors.

The files are JSON in UTF-8, in which \`// …\`, \`/* … */\` and a comma before a closing bracket are allowed. A key
that is not on this page is an error. Patterns are regular expressions, tried from the start of the text and not
necessarily to its end; Python's \`(?i)\` in front, \`(?P<name>…)\`, \`\\A\` and \`\\Z\` are understood. Instead of a
password, \`{"file": "/path"}\` or \`{"env": "NAME"}\` says where it is kept. \`[]\` below stands for any entry of a
list, \`NAME\` for a name of your choice.

This page is generated from the schemas in src/config/schema/ by \`node --import tsx src/config/reference/write.ts\`.
`;

const FUTURE_INTRODUCTION = `## Not in this version

These belong to the design, but this version refuses them, so that nobody relies on what does not happen:
`;
