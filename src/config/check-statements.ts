// Checks the select statements of all cores. Loads the whole data dictionary only where one names what the small table
// of keywords does not have.

import { loadDictionary } from '../dicom/dictionary.ts';
import { KEYWORDS } from '../dicom/keywords.ts';
import { parseStatement } from '../select/parse-statement.ts';
import { validateStatement } from '../select/validate-statement.ts';
import type { Finding } from './finding.ts';
import { keysOf, textAt, valueAt } from './loose.ts';

/** Everything found in the statements: errors, which keep the configuration from being used, and warnings. */
export async function checkStatements(statements: unknown): Promise<Finding[]> {
  const written = keysOf(statements).flatMap((core) => {
    const text = textAt(valueAt(statements, core), 'select');
    return text === undefined || text.trim() === '' ? [] : [{ core, text }];
  });
  const findings = await Promise.all(written.map(({ core, text }) => checkStatement(core, text)));
  return findings.flat();
}

async function checkStatement(core: string, text: string): Promise<Finding[]> {
  const statement = parseStatement(text);
  let problems = Array.isArray(statement) ? statement : validateStatement(statement, new Set(KEYWORDS));
  if (!Array.isArray(statement) && problems.some(({ severity }) => severity === 'error')) {
    problems = validateStatement(statement, new Set((await loadDictionary()).keywords()));
  }
  return problems.map(({ severity, message, line, column }) => ({
    level: severity,
    file: 'select_statements.json',
    path: [core, 'select'],
    at: { characterOfText: offsetOf(text, line, column) },
    message: `${message} (line ${line}, column ${column} of the statement)`,
  }));
}

function offsetOf(text: string, line: number, column: number): number {
  const linesBefore = text.split('\n').slice(0, line - 1);
  return linesBefore.reduce((length, before) => length + before.length + 1, 0) + column - 1;
}
