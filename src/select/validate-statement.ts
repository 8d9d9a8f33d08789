// Looks through a parsed statement for what cannot be meant, or may be meant otherwise.
//
// Errors: a field that does not exist, a CHECK of a series that no WHERE names, an operand that is no number where only
// numbers compare. Warnings: AND and OR mixed without brackets, a class that no rule gives, a short form that looks
// like a statement.

import { findClosestName } from './closest-name.ts';
import { parseNumber, parseNumberList } from './compare-values.ts';
import { formatCondition } from './format-condition.ts';
import { compilePattern } from './pattern.ts';
import { specialNames } from './series-facts.ts';
import type {
  CheckSide, Comparison, Condition, Field, Junction, Position, Statement, StatementProblem,
} from './statement.ts';

/** What there is to ask about. */
export interface Vocabulary {
  /** The DICOM keywords. */
  readonly keywords: ReadonlySet<string>;
  /** The classes that the rules give; absent where nobody knows. */
  readonly classes?: ReadonlySet<string>;
}

/** Every problem of a parsed statement, in the order of the text. */
export function validateStatement(statement: Statement, vocabulary: Vocabulary): StatementProblem[] {
  if (statement.kind === 'glob') return globProblems(statement.pattern);
  const { keywords } = vocabulary;
  const names = statement.clauses.flatMap(({ name }) => name ?? []);
  return [
    ...statement.clauses.flatMap(({ condition }) => conditionProblems(condition, vocabulary)),
    ...statement.checks.flatMap(({ left, right }) => [left, right]).flatMap((side) => [
      ...checkNameProblems(side, names),
      ...fieldProblems(side.field, keywords),
    ]),
  ];
}

function conditionProblems(condition: Condition, vocabulary: Vocabulary): StatementProblem[] {
  switch (condition.kind) {
    case 'comparison':
      return [
        ...fieldProblems(condition.field, vocabulary.keywords),
        ...operandProblems(condition),
        ...classProblems(condition, vocabulary.classes),
      ];
    case 'everything':
      return [];
    case 'not':
      return conditionProblems(condition.condition, vocabulary);
    case 'all':
    case 'any':
      return [
        ...mixtureProblems(condition),
        ...condition.conditions.flatMap((inner) => conditionProblems(inner, vocabulary)),
      ];
  }
}

function fieldProblems(field: Field, keywords: ReadonlySet<string>): StatementProblem[] {
  if (field.kind === 'tag' || keywords.has(field.name)) return [];
  const special: readonly string[] = specialNames;
  if (special.includes(field.name)) return [];
  const suggestion = findClosestName(field.name, [...special, ...keywords]);
  const message = `There is no field ${field.name}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`;
  const expected = suggestion === undefined ? ['a DICOM keyword', ...special] : [suggestion];
  return [error(field.at, message, field.name, expected)];
}

function operandProblems({ operator, value }: Comparison): StatementProblem[] {
  const wrong = (expected: string): StatementProblem[] => {
    return [error(value.at, `${operator} compares numbers, and "${value.text}" is none.`, value.text, [expected])];
  };
  switch (operator) {
    case '<':
    case '>':
    case '<=':
    case '>=':
      return parseNumber(value.text) === undefined ? wrong('a number') : [];
    case 'approx':
      return parseNumberList(value.text) === undefined ? wrong('a number, or numbers as in "1, 0, 0"') : [];
    case '==':
    case 'containing':
    case 'regexp':
      return [];
  }
}

/** A class that is misspelt is never given, and nobody notices. */
function classProblems({ field, operator, value }: Comparison, classes: Vocabulary['classes']): StatementProblem[] {
  const asksForClass = field.kind === 'name' && /^ClassifyTypes?$/.test(field.name);
  if (!asksForClass || classes === undefined || isClass(operator, value.text, classes)) return [];
  const suggestion = findClosestName(value.text, classes);
  const message = `No classification rule gives the class "${value.text}"`
    + `${suggestion === undefined ? '.' : `; did you mean "${suggestion}"?`}`;
  const { line, column } = value.at;
  const expected = suggestion === undefined ? [...classes] : [suggestion];
  return [{ severity: 'warning', message, line, column, found: value.text, expected }];
}

function isClass(operator: Comparison['operator'], text: string, classes: ReadonlySet<string>): boolean {
  if (operator === '==' || operator === 'containing') return classes.has(text);
  if (operator !== 'regexp') return true;
  const pattern = compilePattern(text);
  return pattern.kind === 'problem' || [...classes].some(pattern.matches);
}

/** Right after one turn from AND to OR or back, the first condition is a junction that nobody put in brackets. */
function mixtureProblems(junction: Junction): StatementProblem[] {
  const [first, second] = junction.conditions;
  if (first === undefined || second === undefined) return [];
  if ((first.kind !== 'all' && first.kind !== 'any') || first.bracketed) return [];
  const { line, column } = second.at;
  const reading = formatCondition(junction);
  const message = `AND and OR have the same rank, so this is read from left to right: ${reading}. Write the brackets.`;
  const found = junction.kind === 'all' ? 'AND' : 'OR';
  return [{ severity: 'warning', message, line, column, found, expected: ['brackets'] }];
}

function checkNameProblems({ name, at }: CheckSide, names: readonly string[]): StatementProblem[] {
  if (names.includes(name)) return [];
  const suggestion = findClosestName(name, names);
  const message = `No WHERE is NAMED "${name}"${suggestion === undefined ? '.' : `; did you mean "${suggestion}"?`}`;
  return [error(at, message, name, names)];
}

function globProblems(pattern: string): StatementProblem[] {
  if (!/\bwhere\b/i.test(pattern)) return [];
  const [found = ''] = pattern.split(/\s/, 1);
  const message = 'This does not begin with SELECT and is therefore tried as one regular expression on each series.';
  return [{ severity: 'warning', message, line: 1, column: 1, found, expected: ['SELECT'] }];
}

function error(
  { line, column }: Position,
  message: string,
  found: string,
  expected: readonly string[],
): StatementProblem {
  return { severity: 'error', message, line, column, found, expected };
}
