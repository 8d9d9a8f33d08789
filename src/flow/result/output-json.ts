// output.json: the values that a core found, as rows for the log and SQL, and what it asks the station for.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Failure } from '../../job/failure.ts';
import type { Prediction, Steering } from '../../job/job.ts';
import { hasCode } from '../../spool/error-code.ts';
import { parseJsonWithNumbers } from './json-with-numbers.ts';
import { predictionsOf } from './predictions.ts';
import { parseSteering } from './steering.ts';

const MOST_BYTES = 16 * 1024 * 1024;

/** The key of what a result asks for; no field can have this name. */
const STEERING_KEY = 'dts';

export interface OutputJson {
  readonly predictions: readonly Prediction[];
  /** Absent where it asks for nothing. */
  readonly steering?: Steering;
  /** All of it, as JSON.parse has it. */
  readonly json: unknown;
}

/** @returns undefined where there is no output.json */
export async function readOutputJson(path: string): Promise<OutputJson | Failure | undefined> {
  let text: string;
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return fault('it is not a regular file');
      if (stats.size > MOST_BYTES) return fault(`it has ${stats.size} bytes, more than ${MOST_BYTES}`);
      text = await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (hasCode(error, 'ELOOP')) return fault('it is a link');
    if (hasCode(error, 'ENXIO')) return fault('it is not a regular file'); // a socket
    throw error;
  }
  return parseOutputJson(text);
}

/**
 * Reads a list or an object: what predictions.ts makes rows of, and `dts` (steering.ts) in the object, or in one of the
 * list. Empty lists are no fault: a core may have found nothing.
 */
export function parseOutputJson(text: string): OutputJson | Failure {
  let json: unknown;
  let value: unknown;
  try {
    json = JSON.parse(text);
    value = parseJsonWithNumbers(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fault('it is not JSON'); // the parser's own message quotes the file
  }
  if (typeof value !== 'object' || value === null) return fault('it is neither a list nor an object');
  const entries: unknown[] = Array.isArray(value) ? value : [value];
  const stranger = entries.findIndex((entry) => typeof entry !== 'object' || entry === null || Array.isArray(entry));
  if (stranger !== -1) return fault(`entry ${stranger + 1} is not an object`);
  const predictions = predictionsOf(entries.map((entry) => withoutSteering(entry as Entry)));
  if (typeof predictions === 'string') return fault(predictions);
  const steering = steeringIn(entries as Entry[]);
  if (typeof steering === 'string') return { reason: 'steering-invalid', text: steering };
  return { predictions, json, ...(steering === undefined ? {} : { steering }) };
}

type Entry = Readonly<Record<string, unknown>>;

function withoutSteering({ [STEERING_KEY]: _, ...entry }: Entry): Entry {
  return entry;
}

/** @returns why it cannot be understood, as a text */
function steeringIn(entries: readonly Entry[]): Steering | string | undefined {
  const [first, second] = entries.filter((entry) => Object.hasOwn(entry, STEERING_KEY));
  if (second !== undefined) return 'it stands there twice';
  return first === undefined ? undefined : parseSteering(first[STEERING_KEY]);
}

function fault(text: string): Failure {
  return { reason: 'output-json', text };
}
