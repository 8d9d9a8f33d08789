// Reads one entry of `rules` in classify_rules.json that compares a value.

import { findClosestName } from './closest-name.ts';
import {
  classifyOperators,
  type ClassifyOperator,
  type ClassifyRuleProblem,
  type ClassifyTest,
  type Operand,
  type ValueReference,
} from './classify-rule.ts';
import { defaultApproxLevel, parseNumber } from './compare-values.ts';
import { compilePattern } from './pattern.ts';

type Path = readonly (string | number)[];

/** Parses `{tag, operator, value, negate, approxLevel}`; returns the test, or what is wrong with it. */
export function parseClassifyTest(
  entry: Readonly<Record<string, unknown>>,
  path: Path,
): ClassifyTest | ClassifyRuleProblem {
  const tag = parseReference(entry['tag']);
  if (tag === undefined) {
    return problem([...path, 'tag'], 'is no field: expected ["name"], or ["group", "element"] with or without "index"');
  }
  const operator = parseOperator(entry['operator']);
  if (operator === undefined) return operatorProblem([...path, 'operator'], entry['operator']);
  const operand = parseOperand(entry['value'], operator);
  if (operand === undefined) return problem([...path, 'value'], `is nothing that ${operator} can compare with`);
  const approxLevel = parseApproxLevel(entry['approxLevel']);
  if (approxLevel === undefined) return problem([...path, 'approxLevel'], 'is no positive number');
  const negate = parseYesOrNo(entry['negate']);
  if (negate === undefined) return problem([...path, 'negate'], 'is neither "yes" nor "no"');
  const test: ClassifyTest = { tag, operator, operand, approxLevel, negate };
  return patternProblem(test, [...path, 'value']) ?? test;
}

function parseReference(json: unknown): ValueReference | undefined {
  if (!Array.isArray(json) || json.length < 1 || json.length > 3) return undefined;
  if (json.length === 1) {
    const [name] = json;
    return typeof name === 'string' && /^[A-Za-z]\w*$/.test(name) ? { kind: 'name', name } : undefined;
  }
  const [group, element, index] = json.map(parseInteger);
  if (group === undefined || group > 0xffff || element === undefined || element > 0xffff) return undefined;
  return json.length === 3 && index === undefined ? undefined : { kind: 'element', group, element, index };
}

/** "0x0018" and 24 are the same; digits without 0x are decimal, as in the original. */
function parseInteger(json: unknown): number | undefined {
  if (typeof json === 'number') return Number.isInteger(json) && json >= 0 ? json : undefined;
  return typeof json === 'string' && /^(?:0x[0-9a-f]{1,4}|\d{1,5})$/i.test(json) ? Number(json) : undefined;
}

function parseOperator(json: unknown = 'regexp'): ClassifyOperator | undefined {
  return classifyOperators.find((operator) => operator === json);
}

function operatorProblem(path: Path, json: unknown): ClassifyRuleProblem {
  const suggestion = typeof json === 'string' ? findClosestName(json, classifyOperators) : undefined;
  const known = classifyOperators.join(' ');
  const hint = suggestion === undefined ? `expected one of ${known}` : `did you mean "${suggestion}"?`;
  return problem(path, `is no operator: ${JSON.stringify(json)}; ${hint}`);
}

/**
 * A list means a field of the same instance, as in `tag`. Not for approx, which compares lists: there it means a field
 * only when it is a name, or hexadecimal numbers.
 */
function parseOperand(json: unknown, operator: ClassifyOperator): Operand | undefined {
  if (operator === 'exist' || operator === 'notexist') return { kind: 'literal', values: [] };
  if (typeof json === 'string') return literal([json], operator);
  if (typeof json === 'number') return literal([String(json)], operator);
  if (!Array.isArray(json)) return undefined;
  const isNumberList = operator === 'approx' && json.every((entry) => parseNumber(String(entry)) !== undefined);
  if (isNumberList) return literal(json.map(String), operator);
  const reference = parseReference(json);
  return reference === undefined ? undefined : { kind: 'reference', reference };
}

function literal(values: readonly string[], operator: ClassifyOperator): Operand | undefined {
  const needsNumbers = operator === '<' || operator === '>' || operator === 'approx';
  const fits = !needsNumbers || (values.length > 0 && values.every((value) => parseNumber(value) !== undefined));
  return fits ? { kind: 'literal', values } : undefined;
}

function parseApproxLevel(json: unknown = defaultApproxLevel): number | undefined {
  const level = typeof json === 'number' || typeof json === 'string' ? parseNumber(String(json)) : undefined;
  return level !== undefined && level > 0 ? level : undefined;
}

function parseYesOrNo(json: unknown = false): boolean | undefined {
  if (json === 'yes' || json === true) return true;
  return json === 'no' || json === false ? false : undefined;
}

function patternProblem({ operator, operand }: ClassifyTest, path: Path): ClassifyRuleProblem | undefined {
  if (operator !== 'regexp' || operand.kind === 'reference') return undefined;
  const pattern = compilePattern(operand.values.join(''));
  return pattern.kind === 'problem' ? problem(path, `is no pattern that compiles: ${pattern.message}`) : undefined;
}

function problem(path: Path, message: string): ClassifyRuleProblem {
  return { path, message };
}
