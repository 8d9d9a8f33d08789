// Problems and notes as lines of text, in the form that editors and terminals turn into links.

import type { ConfigurationProblem } from './finding.ts';

/** `file:line:column: path: message (found VALUE, expected …; did you mean …?)` */
export function formatProblem(problem: ConfigurationProblem): string {
  const { file, line, column, path, message, value, expected, suggestion } = problem;
  const facts = [
    value === undefined ? undefined : `found ${value}`,
    expected === undefined ? undefined : `expected ${expected}`,
  ].filter((fact) => fact !== undefined).join(', ');
  const details = [facts, suggestion === undefined ? '' : `did you mean ${suggestion}?`].filter((part) => part !== '');
  const where = path === '' ? '' : `${path}: `;
  return `${file}:${line}:${column}: ${where}${message}${details.length === 0 ? '' : ` (${details.join('; ')})`}`;
}

/** One line each. */
export function formatProblems(problems: readonly ConfigurationProblem[]): string {
  return problems.map((problem) => `${formatProblem(problem)}\n`).join('');
}
