// Checks what streams say about arrivals against what there is: the keywords and patterns of their triggers, and the
// names that their expectations speak of. Takes files as they stand, with whatever else may be wrong in them.

import { loadDictionary } from '../dicom/dictionary.ts';
import { KEYWORDS } from '../dicom/keywords.ts';
import { findClosestName } from '../select/closest-name.ts';
import { parseStatement } from '../select/parse-statement.ts';
import { coresAt } from './cores-at.ts';
import type { Finding, Path } from './finding.ts';
import { itemsAt, keysOf, textAt, valueAt } from './loose.ts';
import { compileSearchPattern } from './search-pattern.ts';

/** Everything found between the streams of config.json, the data dictionary (PS3.6) and the select statements. */
export async function checkArrivalPolicy(station: unknown, statements: unknown): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [index, stream] of itemsAt(station, 'Streams').entries()) {
    const path = ['Streams', index];
    findings.push(...await headerPatterns(valueAt(stream, 'trigger'), [...path, 'trigger']));
    findings.push(...expectation(stream, path, statements));
  }
  return findings;
}

function inStation(
  path: Path, at: 'key' | 'value', found: Pick<Finding, 'message' | 'value' | 'expected' | 'suggestion'>,
): Finding {
  return { level: 'error', file: 'config.json', path, at, ...found };
}

async function headerPatterns(trigger: unknown, path: Path): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const key of ['match', 'exclude']) {
    const value = valueAt(trigger, key);
    const entries = Array.isArray(value) ? value.map((entry: unknown, index) => ({ entry, at: [...path, key, index] }))
      : value === undefined ? [] : [{ entry: value, at: [...path, key] }];
    for (const { entry, at } of entries) {
      const keywords = keysOf(entry);
      if (typeof entry === 'object' && entry !== null && keywords.length === 0) {
        const message = 'an entry without keywords fits everything';
        findings.push(inStation(at, 'value', { message, expected: 'at least one' }));
      }
      for (const keyword of keywords) {
        findings.push(...await unknownKeyword(keyword, [...at, keyword]));
        findings.push(...unusablePattern(valueAt(entry, keyword), [...at, keyword]));
      }
    }
  }
  return findings;
}

async function unknownKeyword(keyword: string, path: Path): Promise<Finding[]> {
  if ((KEYWORDS as readonly string[]).includes(keyword)) return [];
  const keywords = new Set((await loadDictionary()).keywords());
  if (keywords.has(keyword)) return [];
  const suggestion = findClosestName(keyword, keywords);
  const message = 'there is no such DICOM keyword';
  return [inStation(path, 'key', { message, ...(suggestion === undefined ? {} : { suggestion }) })];
}

function unusablePattern(pattern: unknown, path: Path): Finding[] {
  if (typeof pattern !== 'string') return [];
  const compiled = compileSearchPattern(pattern);
  if (compiled.kind === 'pattern') return [];
  return [inStation(path, 'value', {
    message: 'wrong value', value: pattern, expected: `a regular expression: ${compiled.message}`,
  })];
}

function expectation(stream: unknown, path: Path, statements: unknown): Finding[] {
  const expect = valueAt(stream, 'expect');
  if (expect === undefined) {
    if (valueAt(stream, 'onIncomplete') === undefined) return [];
    const message = 'never used: the stream expects nothing, so nothing can be missing';
    return [{ ...inStation([...path, 'onIncomplete'], 'value', { message, expected: '`expect` beside it' }),
      level: 'warning' }];
  }
  const at = [...path, 'expect'];
  const series = itemsAt(expect, 'series');
  const instances = valueAt(expect, 'instances');
  if (series.length === 0 && instances === undefined) {
    const message = 'nothing is expected, so there is nothing to wait for';
    return [inStation(at, 'value', { message, expected: '`series` or `instances`' })];
  }
  const known = clauseNames(textAt(stream, 'name') ?? '', statements);
  if (known === undefined) return [];
  return [
    ...series.flatMap((name, index) => unknownName(name, [...at, 'series', index], 'value', known)),
    ...keysOf(instances).flatMap((name) => unknownName(name, [...at, 'instances', name], 'key', known)),
  ];
}

/** Of the statement that selects for the stream; undefined where it cannot be read, which is told elsewhere. */
function clauseNames(stream: string, statements: unknown): string[] | undefined {
  const [first] = coresAt(statements, stream);
  const statement = parseStatement(textAt(first?.core, 'select'));
  if (Array.isArray(statement)) return undefined;
  return statement.kind === 'glob' ? [] : statement.clauses.flatMap(({ name }) => name ?? []);
}

function unknownName(name: unknown, path: Path, at: 'key' | 'value', known: readonly string[]): Finding[] {
  if (typeof name !== 'string' || known.includes(name)) return [];
  const suggestion = findClosestName(name, known);
  const message = 'the stream\'s select statement has no WHERE of this name';
  const found = at === 'key' ? { message } : { message, value: name };
  if (suggestion !== undefined) return [inStation(path, at, { ...found, suggestion })];
  const expected = known.length === 0 ? 'WHERE series NAMED "…" HAS … in select_statements.json'
    : `one of ${known.join(', ')}`;
  return [inStation(path, at, { ...found, expected })];
}
