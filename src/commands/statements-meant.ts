// The select statements that a person gives on the command line: written out, in a file, or those of streams.

import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import type { Configuration, Stream } from '../config/configuration.ts';
import { loadClassifyRules } from '../config/load-classify-rules.ts';
import { loadDictionary } from '../dicom/dictionary.ts';
import { oneLine } from '../job/one-line.ts';
import { parseStatement } from '../select/parse-statement.ts';
import type { Statement, StatementProblem } from '../select/statement.ts';
import { validateStatement } from '../select/validate-statement.ts';
import { hasCode } from '../spool/error-code.ts';
import { UsageFault, unknownWord } from './usage-fault.ts';

/** Characters of a line with a mistake; with indentation and ellipses they fit into 80 columns. */
const MOST_SHOWN = 76;
const MOST_BEFORE_CARET = 60;

/** A statement, what messages call it, and what is wrong with it; without `statement` where it cannot be used. */
export interface MeantStatement {
  readonly label: string;
  readonly text: string;
  readonly problems: readonly StatementProblem[];
  readonly statement?: Statement;
}

/**
 * @param words each a statement, `@file`, or `@-` for stdin @param names of streams
 * @throws {UsageFault} where there is no such file or stream
 */
export async function readStatements(
  words: readonly string[], names: readonly string[], { streams, directory }: Configuration,
): Promise<MeantStatement[]> {
  const written = await Promise.all(words.map(async (word, index) => {
    if (word.startsWith('@')) return { label: oneLine(word.slice(1)), text: await readStatement(word.slice(1)) };
    return { label: words.length > 1 ? `statement ${index + 1}` : 'statement', text: word };
  }));
  const ofStreams = names.map((name) => ({ label: `stream ${oneLine(name)}`, text: statementOf(name, streams) }));
  const vocabulary = {
    keywords: new Set((await loadDictionary()).keywords()),
    classes: new Set((await loadClassifyRules(directory)).map(({ type }) => type)),
  };
  return [...written, ...ofStreams].map(({ label, text }) => {
    const statement = parseStatement(text);
    if (Array.isArray(statement)) return { label, text, problems: statement };
    const problems = validateStatement(statement, vocabulary);
    const isWrong = problems.some(({ severity }) => severity === 'error');
    return isWrong ? { label, text, problems } : { label, text, problems, statement };
  });
}

/** What is wrong, and below it the line of the statement with a caret under the place. */
export function formatStatementProblem(
  { label, text }: MeantStatement, { severity, message, line, column }: StatementProblem,
): string {
  const whole = (text.split('\n')[line - 1] ?? '').replace(/\p{C}/gu, ' ');
  // Of a long line, the part around the place: a caret is of no use where the terminal has wrapped the line.
  const from = column <= MOST_BEFORE_CARET ? 0 : column - MOST_BEFORE_CARET / 2;
  const shown = `${from > 0 ? '…' : ''}${whole.slice(from, from + MOST_SHOWN)}`;
  return [
    `dts select: ${severity}: ${label}: line ${line}, column ${column}: ${oneLine(message)}`,
    `  ${shown}${whole.length > from + MOST_SHOWN ? '…' : ''}`,
    `  ${' '.repeat(column - 1 - from + (from > 0 ? 1 : 0))}^`,
    '',
  ].join('\n');
}

async function readStatement(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) throw new UsageFault(`there is no file ${file} with a statement`);
    if (hasCode(error, 'EISDIR')) throw new UsageFault(`${file} is a folder, not a file with a statement`);
    throw error;
  }
}

function statementOf(name: string, streams: readonly Stream[]): string {
  const stream = streams.find((one) => one.name === name);
  if (stream === undefined) throw unknownWord('stream', name, streams.map((one) => one.name));
  const [core] = stream.cores;
  if (core === undefined) throw new UsageFault(`stream ${name} has no core, so it takes the whole study`);
  return core.select ?? '';
}
