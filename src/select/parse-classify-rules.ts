// Reads classify_rules.json: a list of entries that each give a series a class.
//
// Promises either rules that can be applied, references resolved, or every problem with its path. The file is the
// original's; its rules load unchanged. Two entries may share an id as long as nothing refers to it.

import type { ClassifyRuleProblem, ClassifyRules, ClassifyTest } from './classify-rule.ts';
import { findClosestName } from './closest-name.ts';
import { parseClassifyTest } from './parse-classify-test.ts';
import { resolveRules, validateReferences, type Draft, type RuleReference } from './resolve-classify-rules.ts';

type Path = readonly (string | number)[];
type Entry = Readonly<Record<string, unknown>>;

const ruleKeys = ['type', 'id', 'description', 'check', 'rules'];
const testKeys = ['tag', 'value', 'operator', 'negate', 'approxLevel', 'rule', 'notrule'];

/** Parses the content of classify_rules.json. */
export function parseClassifyRules(json: unknown): ClassifyRules {
  const problems: ClassifyRuleProblem[] = [];
  if (!Array.isArray(json)) return { kind: 'problems', problems: [{ path: [], message: 'is no list of rules' }] };
  const drafts = json.flatMap((entry: unknown, index) => parseDraft(entry, [index], problems));
  // Only where all entries could be read: one that could not would be told a second time as missing.
  if (problems.length === 0) problems.push(...validateReferences(drafts));
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'rules', rules: resolveRules(drafts) };
}

function parseDraft(json: unknown, path: Path, problems: ClassifyRuleProblem[]): Draft[] {
  if (!isEntry(json)) {
    problems.push({ path, message: 'is no rule: expected an object with "type" and "rules"' });
    return [];
  }
  problems.push(...unknownKeys(json, ruleKeys, path));
  const { type, id, check, rules } = json;
  if (typeof type !== 'string' || type === '') problems.push({ path: [...path, 'type'], message: 'is no class name' });
  if (id !== undefined && typeof id !== 'string') problems.push({ path: [...path, 'id'], message: 'is no text' });
  if (check !== undefined && check !== 'SeriesLevel') {
    problems.push({ path: [...path, 'check'], message: 'can only be "SeriesLevel", or be left out' });
  }
  if (!Array.isArray(rules) || rules.length === 0) {
    problems.push({ path: [...path, 'rules'], message: 'is no list of at least one rule' });
    return [];
  }
  const parts = rules.flatMap((part: unknown, index) => parsePart(part, [...path, 'rules', index], problems));
  return [{
    type: String(type),
    id: typeof id === 'string' ? id : undefined,
    seriesLevel: check === 'SeriesLevel',
    parts,
  }];
}

function parsePart(json: unknown, path: Path, problems: ClassifyRuleProblem[]): (ClassifyTest | RuleReference)[] {
  if (!isEntry(json)) {
    problems.push({ path, message: 'is no rule: expected an object with "tag", "rule" or "notrule"' });
    return [];
  }
  problems.push(...unknownKeys(json, testKeys, path));
  const kinds = ['tag', 'rule', 'notrule'].filter((key) => json[key] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    problems.push({ path, message: 'needs exactly one of "tag", "rule" and "notrule"' });
    return [];
  }
  if (kind === 'tag') {
    const test = parseClassifyTest(json, path);
    if (!('message' in test)) return [test];
    problems.push(test);
    return [];
  }
  const id = json[kind];
  if (typeof id === 'string') return [{ id, negate: kind === 'notrule', path: [...path, kind] }];
  problems.push({ path: [...path, kind], message: 'is no id of a rule' });
  return [];
}

function isEntry(json: unknown): json is Entry {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function unknownKeys(entry: Entry, known: readonly string[], path: Path): ClassifyRuleProblem[] {
  return Object.keys(entry).filter((key) => !known.includes(key)).map((key) => {
    const suggestion = findClosestName(key, known);
    const hint = suggestion === undefined ? `expected ${known.join(', ')}` : `did you mean "${suggestion}"?`;
    return { path: [...path, key], message: `is no key of a rule; ${hint}` };
  });
}
