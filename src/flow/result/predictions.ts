// Rows of the log and of SQL, made of what a core wrote into output.json.
//
// A measurement is `{field_name, value, unit?, physical_size?}`, or an object with a `value` under its name. Whatever
// else has a plain value is a row under its name; of what is nested, the names are joined by dots, and the places in
// lists are told apart by `repeat`.

import type { Prediction } from '../../job/job.ts';
import { formatJsonWithNumbers, textOf } from './json-with-numbers.ts';

/** Deeper is no result but a mistake. */
const MAXIMUM_DEPTH = 32;
/** Each becomes a line of the log and a row of the database. */
const MAXIMUM_ROWS = 100_000;
/** Of a name with those around it: a long one around many values would be repeated for each. */
const MAXIMUM_NAME_CHARACTERS = 1000;

/** The field that SQL has a column of its own for, `tumor_size`. */
const PHYSICAL_SIZE = 'physical_size';
const UNIT_KEYS = ['unit', 'units'] as const;
/** Where REDCap counts the entries of one kind. */
const REPEAT_KEY = 'redcap_repeat_instance';

type Entry = Readonly<Record<string, unknown>>;

/** Where an entry stands: names around it, places in the lists around it. */
interface Place {
  readonly names: readonly string[];
  readonly repeats: readonly number[];
}

/** @param entries of output.json, parsed with the text of its numbers @returns why there are none, as a text */
export function predictionsOf(entries: readonly Entry[]): readonly Prediction[] | string {
  const rows: Prediction[] = [];
  for (const entry of entries) {
    const problem = addEntry(rows, entry, { names: [], repeats: [] });
    if (problem !== undefined) return problem;
  }
  return rows;
}

function addEntry(rows: Prediction[], entry: Entry, place: Place): string | undefined {
  const { field_name, value: measured } = entry;
  if (typeof field_name === 'string') {
    return addRow(rows, measured, { ...place, names: [...place.names, textOf(field_name)] }, entry);
  }
  for (const [name, value] of Object.entries(entry)) {
    const problem = addNamed(rows, value, { ...place, names: [...place.names, name] });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function addNamed(rows: Prediction[], value: unknown, place: Place): string | undefined {
  if (place.names.length + place.repeats.length > MAXIMUM_DEPTH) return `it is nested more than ${MAXIMUM_DEPTH} deep`;
  if (Array.isArray(value) && value.some(isEntry)) {
    for (const [index, item] of value.entries()) {
      const problem = addNamed(rows, item, { ...place, repeats: [...place.repeats, index + 1] });
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (!isEntry(value)) return addRow(rows, value, place, {});
  const isMeasurement = Object.hasOwn(value, 'value') && typeof value['field_name'] !== 'string';
  return isMeasurement ? addRow(rows, value['value'], place, value) : addEntry(rows, value, place);
}

/** @param entry the measurement around the value, if there is one */
function addRow(rows: Prediction[], value: unknown, { names, repeats }: Place, entry: Entry): string | undefined {
  const field_name = names.join('.');
  if (field_name.length > MAXIMUM_NAME_CHARACTERS) return `a name has more than ${MAXIMUM_NAME_CHARACTERS} characters`;
  const text = valueText(value);
  if (text === undefined) return `the value of ${field_name} is nested too deeply`;
  if (rows.length >= MAXIMUM_ROWS) return `it has more than ${MAXIMUM_ROWS} values`;
  const unit = UNIT_KEYS.map((key) => plainText(entry[key])).find((one) => one !== undefined);
  const size = names.at(-1) === PHYSICAL_SIZE ? text : plainText(entry[PHYSICAL_SIZE]);
  const repeat = repeats.length > 0 ? repeats.join('.') : plainText(entry[REPEAT_KEY]);
  rows.push({
    field_name,
    value: text,
    ...(unit === undefined ? {} : { unit }),
    ...(size === undefined || !isNumber(size) ? {} : { tumor_size: size }),
    ...(repeat === undefined || repeat === '' ? {} : { repeat }),
  });
  return undefined;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plainText(value: unknown): string | undefined {
  return typeof value === 'string' ? textOf(value) : undefined; // numbers are texts here
}

/** undefined where a value is nested so deeply that it has no text. */
function valueText(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return textOf(value);
  try {
    return formatJsonWithNumbers(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // the stack is used up
    throw error;
  }
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
