// The kinds of value that the configuration's files hold. Each schema's message is the phrase that completes
// "expected …", in problems and in docs/configuration.md alike.

import * as v from 'valibot';
import { isAETitle } from '../../dicom/ae-title.ts';
import { isUID } from '../../dicom/uid.ts';
import { parseTimeWindow } from '../../job/time-window.ts';
import { parseMemoryBytes } from '../memory-bytes.ts';
import { isHost, isAddressRange } from '../network-address.ts';
import { compilePattern } from '../python-pattern.ts';
import type { Secret } from '../secret.ts';
import { splitCommand } from '../split-command.ts';
import { isTimezone } from '../timezone.ts';
import { strictObject } from './strict-object.ts';

/** Ten years: longer than anything waits, short enough for every clock. */
const MAXIMUM_SECONDS = 315_360_000;

/** What a key is for, and how a value may look, for the reference page and for editors. */
export function key<const Schema extends v.GenericSchema>(
  schema: Schema, description: string, ...examples: v.InferInput<Schema>[]
) {
  return v.pipe(schema, v.description(description), v.examples(examples));
}

/** A text that passes a test. No value of the configuration may hold NUL, which no program could be given. */
export function textThat(passes: (text: string) => boolean, expected: string) {
  return v.pipe(v.string(expected), v.check((text) => !text.includes('\0') && passes(text), expected));
}

function numberBetween(minimum: number, maximum: number, expected: string) {
  return v.pipe(v.number(expected), v.minValue(minimum, expected), v.maxValue(maximum, expected));
}

export function wholeNumber(minimum: number, maximum: number, unit = 'a whole number') {
  const expected = `${unit}, ${minimum} to ${maximum}`;
  return v.pipe(numberBetween(minimum, maximum, expected), v.integer(expected));
}

export const bytes = (minimum: number) => {
  const expected = `a whole number of bytes, at least ${minimum}`;
  return v.pipe(numberBetween(minimum, Number.MAX_SAFE_INTEGER, expected), v.integer(expected));
};

export const seconds = (minimum: number) => {
  return numberBetween(minimum, MAXIMUM_SECONDS, `seconds, at least ${minimum}`);
};

export const amount = (minimum: number, maximum: number) => {
  return numberBetween(minimum, maximum, `a number, ${minimum} to ${maximum}`);
};

export const yesOrNo = v.boolean('true or false');

export const text = textThat(() => true, 'a text');

export const nonEmptyText = textThat((value) => value.trim() !== '', 'a text that is not empty');

export const folder = textThat((path) => path.startsWith('/'), 'an absolute path, beginning with /');

export const file = folder;

/** Of a container: what the contract puts there stays visible, and a colon would end the path on the command line. */
export const scratchFolder = textThat(
  (path) => /^(\/[\w.-]+)+$/.test(path) && !path.split('/').includes('..') && !/^\/(data|output)(\/|$)/.test(path),
  'an absolute path of letters, digits, dots and dashes, outside /data and /output',
);

/** Becomes part of file names and of command lines. */
export const name = textThat(
  (value) => /^[^/\x00-\x1f\x7f]{1,64}$/.test(value) && value.trim() === value && !value.startsWith('.'),
  'a name of 1 to 64 characters, without / and without a dot or space in front',
);

export const AETitle = textThat(isAETitle, 'an AE title: 1 to 16 ASCII characters, no backslash');

export const uid = textThat(isUID, 'a UID: digits and dots, at most 64 characters');

export const host = textThat(isHost, 'an IP address or a host name');

export const addressRange = textThat(isAddressRange, 'an IP address or a range such as 10.1.0.0/16');

export const timezone = textThat(isTimezone, 'a time zone such as Europe/Copenhagen');

export const httpAddress = textThat(
  (url) => /^https?:\/\//i.test(url) && URL.canParse(url), 'an address beginning with http:// or https://',
);

export const environmentName = textThat(
  (value) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(value), 'the name of an environment variable: letters, digits and _',
);

const PATTERN = 'a regular expression';
export const pattern = v.pipe(
  v.string(PATTERN),
  v.check((source) => compilePattern(source).kind === 'pattern', ({ input }) => {
    const compiled = compilePattern(input);
    return compiled.kind === 'pattern' ? PATTERN : `${PATTERN}: ${compiled.message}`;
  }),
);

const A_TIME_WINDOW = 'a time of the week such as "Mon-Fri 20:00-07:00"';
/** Stays the text that it is: what needs to know when it is open parses it again. */
export const timeWindow = v.pipe(
  v.string(A_TIME_WINDOW),
  v.check((source) => 'spans' in parseTimeWindow(source), ({ input }) => {
    const parsed = parseTimeWindow(input);
    return 'spans' in parsed ? A_TIME_WINDOW : `${A_TIME_WINDOW}; at character ${parsed.character}, ${parsed.expected}`;
  }),
);

const A_PORT = 'a port, 1 to 65535';
/** A number; the original's files have it as a text. */
export const port = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^[0-9]{1,5}$/))], A_PORT),
  v.check((value) => Number.isInteger(Number(value)) && Number(value) >= 1 && Number(value) <= 65535, A_PORT),
  v.transform(Number),
);

const MEMORY = 'bytes, or a text such as "20g" or "512m"';
/** Becomes a number of bytes. */
export const memory = v.pipe(
  v.union([v.number(), v.string()], MEMORY),
  v.check((value) => parseMemoryBytes(value) !== undefined, MEMORY),
  v.transform((value) => parseMemoryBytes(value) ?? 0),
);

/** @param what the entries are, in the plural. */
export function listOf<const Item extends v.GenericSchema>(item: Item, what: string) {
  return v.array(item, `a list of ${what}, [ … ]`);
}

/** A text or something else, told apart before either is checked, so that problems name the right place. */
export function textOr<const Text extends v.GenericSchema, const Other extends v.GenericSchema>(
  ofText: Text, other: Other, expected: string,
) {
  const either = v.lazy((input): Text | Other => (typeof input === 'string' ? ofText : other));
  return v.pipe(either, v.metadata({ expected }));
}

/** Something alone or a list of such, told apart before either is checked. Becomes the list. */
export function oneOrMore<const Item extends v.GenericSchema>(item: Item, expected: string) {
  const list = v.pipe(v.array(item, expected), v.minLength(1, expected));
  const alone = v.pipe(item, v.transform((value): v.InferOutput<Item>[] => [value]));
  const either = v.lazy((input): typeof list | typeof alone => (Array.isArray(input) ? list : alone));
  return v.pipe(either, v.metadata({ expected }));
}

const COMMAND = 'a command line, or a list of program and arguments';
const commandLine = v.pipe(
  v.string(COMMAND),
  v.check((line) => 'words' in splitCommand(line), ({ input }) => {
    const split = splitCommand(input);
    return 'words' in split ? COMMAND : `${COMMAND}; here ${split.problem}`;
  }),
  v.transform((line): string[] => {
    const split = splitCommand(line);
    return 'words' in split ? [...split.words] : [];
  }),
);
/** Becomes the list of program and arguments. */
export const command = textOr(commandLine, v.array(text, COMMAND), COMMAND);

const SECRET_ELSEWHERE = '{"file": "/path"} or {"env": "NAME"}';
const secretElsewhere = v.pipe(
  strictObject({
    file: v.optional(key(file, 'The file that holds it; a line break at its end does not count.')),
    env: v.optional(key(environmentName, 'The environment variable that holds it.')),
  }),
  v.check(({ file, env }) => (file === undefined) !== (env === undefined), SECRET_ELSEWHERE),
  v.transform(({ file, env = '' }): Secret => (file === undefined ? { env } : { file })),
);
export const secret = textOr(text, secretElsewhere, `a text, ${SECRET_ELSEWHERE}`);

const A_FILE_OR_VARIABLE = `the name of a file or variable, ${SECRET_ELSEWHERE}`;
/** A secret that must not stand in the configuration itself. */
export const secretReference = textOr(
  v.pipe(text, v.check(() => false, A_FILE_OR_VARIABLE)), secretElsewhere, A_FILE_OR_VARIABLE,
);

/** Where editors find the JSON Schema of a file; DTS does not read it. */
export const editorSchema = v.optional(key(
  text, 'Where an editor finds the JSON Schema of this file. DTS does not read it.',
));
