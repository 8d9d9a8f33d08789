// Reads the `select` of a core: text to tree, or to the list of what is wrong with it.
//
// Promises that a Statement it returns can be evaluated: the grammar was met and every pattern compiles. It does not
// know which fields exist; validate-statement.ts does.

import type { Clause, Condition, Position, SelectStatement, Statement, StatementProblem } from './statement.ts';
import { compilePattern } from './pattern.ts';
import { parse, SyntaxError as GrammarError } from './statement.peggy';

const start: Position = { offset: 0, line: 1, column: 1 };

/** What an absent or empty `select` stands for: the whole study. */
const wholeStudy: SelectStatement = {
  kind: 'select',
  level: 'study',
  clauses: [{ name: undefined, condition: { kind: 'everything', at: start }, at: start }],
  checks: [],
};

/**
 * Parses a select statement, or its short form, a regular expression: any text that does not begin with SELECT. Absent
 * or blank text selects the whole study. Returns the problems, all of them errors, where the text is wrong.
 */
export function parseStatement(text: string | undefined): Statement | StatementProblem[] {
  if (text === undefined || text.trim() === '') return wholeStudy;
  const statement = beginsWithSelect(text) ? parseSelect(text) : globStatement(text);
  if ('found' in statement) return [statement];
  const problems = patternProblems(statement);
  return problems.length > 0 ? problems : statement;
}

/** Comments may stand in front of SELECT. */
function beginsWithSelect(text: string): boolean {
  return /^(?:\s|\/\*(?:[^*]|\*(?!\/))*\*\/)*select(?![\p{L}\p{N}_.*+?|-])/iu.test(text);
}

function globStatement(text: string): Statement {
  return { kind: 'glob', pattern: text.trim(), at: start };
}

function parseSelect(text: string): Statement | StatementProblem {
  try {
    // The grammar's actions build exactly this type; the generated parser has no types of its own.
    return parse(text) as SelectStatement;
  } catch (error) {
    if (!(error instanceof GrammarError)) throw error;
    return grammarProblem(text, error);
  }
}

function grammarProblem(text: string, error: GrammarError): StatementProblem {
  const { offset, line, column } = error.location.start;
  const found = foundAt(text, offset);
  if (error.expected === null) {
    return { severity: 'error', message: error.message, line, column, found, expected: [] };
  }
  const expected = [...new Set(error.expected.map(({ description, text: literal }) => {
    return description ?? literal ?? 'the end of the statement';
  }))].filter((what) => what !== 'blank');
  const message = `Found ${found} where only this can stand: ${expected.join(', ')}.`;
  return { severity: 'error', message, line, column, found, expected };
}

/** The whole word, quoted text or sign at an offset, as one would read it aloud. */
function foundAt(text: string, offset: number): string {
  const [token] = /^(?:"[^"]*"|'[^']*'|[\p{L}\p{N}_.]+|[=<>!]+|[^])/u.exec(text.slice(offset)) ?? [];
  return token ?? 'the end of the statement';
}

function patternProblems(statement: Statement): StatementProblem[] {
  if (statement.kind === 'glob') return patternProblem(statement.pattern, statement.at);
  return statement.clauses.flatMap(({ condition }: Clause) => conditionPatternProblems(condition));
}

function conditionPatternProblems(condition: Condition): StatementProblem[] {
  switch (condition.kind) {
    case 'comparison':
      return condition.operator === 'regexp' ? patternProblem(condition.value.text, condition.value.at) : [];
    case 'everything':
      return [];
    case 'not':
      return conditionPatternProblems(condition.condition);
    case 'all':
    case 'any':
      return condition.conditions.flatMap(conditionPatternProblems);
  }
}

function patternProblem(source: string, { line, column }: Position): StatementProblem[] {
  const pattern = compilePattern(source);
  if (pattern.kind === 'pattern') return [];
  const message = `The pattern does not compile: ${pattern.message}.`;
  return [{ severity: 'error', message, line, column, found: source, expected: ['a regular expression (RE2 syntax)'] }];
}
