// Finds names in classification rules that are no field: such a rule is tried on nothing, for ever.

import { describedNames, type ClassifyRuleProblem } from './classify-rule.ts';
import { findClosestName } from './closest-name.ts';

type Path = readonly (string | number)[];

const classNames = ['ClassifyType', 'ClassifyTypes'];

/** One for each `["name"]` in the content of classify_rules.json that no header and no description has. */
export function findUnknownNames(json: unknown, keywords: ReadonlySet<string>): ClassifyRuleProblem[] {
  const known = new Set([...describedNames, ...classNames, ...keywords]);
  return namesIn(json, []).filter(({ name }) => !known.has(name)).map(({ name, path }) => {
    const suggestion = findClosestName(name, known);
    const hint = suggestion === undefined ? 'expected a DICOM keyword' : `did you mean ${suggestion}?`;
    return { path, message: `is no field, so the rule is tried on nothing: ${name}; ${hint}` };
  });
}

/** A field by its name is a list of one text, wherever it stands. */
function namesIn(json: unknown, path: Path): { readonly name: string; readonly path: Path }[] {
  if (typeof json !== 'object' || json === null) return [];
  if (!Array.isArray(json)) return Object.entries(json).flatMap(([key, value]) => namesIn(value, [...path, key]));
  const [name, ...others] = json as unknown[];
  if (typeof name === 'string' && /^[a-z]/i.test(name) && others.length === 0) return [{ name, path }];
  return json.flatMap((value: unknown, index) => namesIn(value, [...path, index]));
}
