// Rows of the log and of SQL, made of what a core wrote into output.json.
//
// A measurement is `{field_name, value, unit?, physical_size?}`, or an object with a `value` under its name. Whatever
// else has a plain value is a row under its name; of what is nested, the names are joined by dots, and the places in
// lists are told apart by `repeat`.

import type { Prediction } from '../job/job.ts';
import { formatJsonWithNumbers, textOf } from './json-with-numbers.ts';

/** Deeper is no result but a mistake. */
const MAXIMUM_DEPTH = 32;
/** Each becomes a line of the log and a row of the database. */
export const MAXIMUM_ROWS = 100_000;

/** The field that SQL has a column of its own for, `tumor_size`. */
const PHYSICAL_SIZE = 'physical_size';
const UNIT_KEYS = ['unit', 'units'] as const;
/** Where REDCap counts the entries of one kind. */
const REPEAT_KEY = 'redcap_repeat_instance';

type Plain = string | boolean | null;
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
  if (Array.isArray(value) && value.some((item) => isEntry(item))) {
    for (const [index, item] of value.entries()) {
      const problem = addItem(rows, item, { ...place, repeats: [...place.repeats, index + 1] });
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (!isEntry(value)) return addRow(rows, value, place, {});
  return Object.hasOwn(value, 'value') ? addRow(rows, value['value'], place, value) : addEntry(rows, value, place);
}

function addItem(rows: Prediction[], item: unknown, place: Place): string | undefined {
  return isEntry(item) ? addEntry(rows, item, place) : addNamed(rows, item, place);
}

/** @param entry the measurement around the value, if there is one */
function addRow(rows: Prediction[], value: unknown, { names, repeats }: Place, entry: Entry): string | undefined {
  const text = valueText(value);
  if (text === undefined) return `the value of ${names.join('.')} is nested too deeply`;
  if (rows.length >= MAXIMUM_ROWS) return `it has more than ${MAXIMUM_ROWS} values`;
  const unit = UNIT_KEYS.map((key) => plainText(entry[key])).find((one) => one !== undefined);
  const size = names.at(-1) === PHYSICAL_SIZE ? text : plainText(entry[PHYSICAL_SIZE]);
  const repeat = repeats.length > 0 ? repeats.join('.') : plainText(entry[REPEAT_KEY]);
  rows.push({
    field_name: names.join('.'),
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

function isPlain(value: unknown): value is Plain {
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

function plainText(value: unknown): string | undefined {
  return value !== undefined && isPlain(value) ? valueText(value) : undefined;
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
