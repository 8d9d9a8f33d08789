// Checks the select statements of all cores. Loads the whole data dictionary only where one names what the small table
// of keywords does not have.

import { loadDictionary } from '../dicom/dictionary.ts';
import { KEYWORDS } from '../dicom/keywords.ts';
import { parseStatement } from '../select/parse-statement.ts';
import { validateStatement, type Vocabulary } from '../select/validate-statement.ts';
import { coresAt } from './cores-at.ts';
import type { Finding, Path } from './finding.ts';
import { keysOf, textAt } from './loose.ts';

/**
 * Everything found in the statements: errors, which keep the configuration from being used, and warnings.
 * @param classes those that the classification rules give; undefined where the rules are wrong themselves
 */
export async function checkStatements(statements: unknown, classes: Vocabulary['classes']): Promise<Finding[]> {
  const cores = keysOf(statements).flatMap((stream) => coresAt(statements, stream));
  const written = cores.flatMap(({ core, path }) => {
    const text = textAt(core, 'select');
    return text === undefined || text.trim() === '' ? [] : [{ path: [...path, 'select'], text }];
  });
  const findings = await Promise.all(written.map(({ path, text }) => checkStatement(path, text, classes)));
  return findings.flat();
}

async function checkStatement(path: Path, text: string, classes: Vocabulary['classes']): Promise<Finding[]> {
  const statement = parseStatement(text);
  const validate = (keywords: readonly string[]) => Array.isArray(statement) ? statement
    : validateStatement(statement, { keywords: new Set(keywords), ...(classes === undefined ? {} : { classes }) });
  let problems = validate(KEYWORDS);
  if (!Array.isArray(statement) && problems.some(({ severity }) => severity === 'error')) {
    problems = validate((await loadDictionary()).keywords());
  }
  return problems.map(({ severity, message, line, column }) => ({
    level: severity,
    file: 'select_statements.json',
    path,
    at: { characterOfText: offsetOf(text, line, column) },
    message: `${message} (line ${line}, column ${column} of the statement)`,
  }));
}

function offsetOf(text: string, line: number, column: number): number {
  const linesBefore = text.split('\n').slice(0, line - 1);
  return linesBefore.reduce((length, before) => length + before.length + 1, 0) + column - 1;
}
