// Holds a file's content against its schema: the typed content with defaults filled in, or everything that is wrong.

import * as v from 'valibot';
import { findClosestName } from '../../select/closest-name.ts';
import type { Finding, Path } from '../finding.ts';
import { isFutureKey, isFutureValue, NOT_YET } from '../future-keys.ts';

/** The message of a key that must be there and is not. */
export const MISSING_KEY = 'missing key';

/** Validates the value that a file holds. */
export function validateFile<const Schema extends v.GenericSchema>(
  file: Finding['file'], schema: Schema, value: unknown,
): { readonly content: v.InferOutput<Schema> } | { readonly findings: readonly Finding[] } {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return { content: parsed.output };
  return { findings: parsed.issues.map((issue) => findingOf(file, issue)) };
}

function findingOf(file: Finding['file'], issue: v.BaseIssue<unknown>): Finding {
  const steps = issue.path ?? [];
  const path: Path = steps.map((step) => step.key as string | number);
  const last = steps.at(-1);
  if (issue.type === 'never') return unknownKey(file, path, issue.message);
  if (last?.origin === 'key' && issue.received !== 'undefined') {
    return { level: 'error', file, path, at: 'key', message: 'wrong key', expected: issue.message };
  }
  const found = { level: 'error', file, path, at: 'value' } as const;
  if (issue.input === undefined) return { ...found, message: MISSING_KEY };
  if (isFutureValue(file, path, issue.input)) return { ...found, message: NOT_YET, value: issue.input };
  return { ...found, message: 'wrong value', value: issue.input, expected: issue.message };
}

/** @param knownKeys as strictObject lists them. */
function unknownKey(file: Finding['file'], path: Path, knownKeys: string): Finding {
  const found = { level: 'error', file, path, at: 'key' } as const;
  if (isFutureKey(file, path)) return { ...found, message: NOT_YET };
  const suggestion = findClosestName(String(path.at(-1)), knownKeys.split(', '));
  if (suggestion !== undefined) return { ...found, message: 'unknown key', suggestion };
  return { ...found, message: 'unknown key', expected: `one of ${knownKeys}` };
}
