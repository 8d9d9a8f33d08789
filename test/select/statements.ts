// Statements for the tests, parsed or refused.

import assert from 'node:assert/strict';
import { parseStatement } from '../../src/select/parse-statement.ts';
import type { Condition, SelectStatement, Statement, StatementProblem } from '../../src/select/statement.ts';

/** A statement that must parse. */
export function parsed(text: string): Statement {
  const statement = parseStatement(text);
  assert.ok('kind' in statement, `${text}: ${JSON.stringify(statement)}`);
  return statement;
}

/** A statement that must parse and begin with SELECT. */
export function parsedSelect(text: string): SelectStatement {
  const statement = parsed(text);
  assert.equal(statement.kind, 'select');
  return statement as SelectStatement;
}

/** The condition of a statement with one WHERE. */
export function parsedCondition(text: string): Condition {
  const [clause] = parsedSelect(`SELECT series FROM study WHERE series HAS ${text}`).clauses;
  assert.ok(clause !== undefined);
  return clause.condition;
}

/** The first problem of a statement that must not parse. */
export function refused(text: string): StatementProblem {
  const problems = parseStatement(text);
  assert.ok(Array.isArray(problems), `parsed: ${text}`);
  const [problem] = problems as StatementProblem[];
  assert.ok(problem !== undefined);
  return problem;
}
