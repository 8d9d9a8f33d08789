// What can be said after `npm run bench -- receive`.

import { parseArgs } from 'node:util';
import { codeOf } from '../../../src/spool/error-code.ts';
import { UsageFault } from '../usage-fault.ts';
import { QUICK_CASES, RECEIVE_CASES, type ReceiveCase } from './cases.ts';

const ROUNDS = 3;

export interface ReceiveOptions {
  readonly cases: readonly ReceiveCase[];
  readonly rounds: number;
  /** Where the bench makes its own folder; undefined for the temporary directory. */
  readonly folder: string | undefined;
  readonly json: boolean;
}

/** Throws a UsageFault on what is not understood. */
export function parseReceiveOptions(words: readonly string[]): ReceiveOptions {
  const { quick, case: wanted, rounds: roundsText, folder, json } = readWords(words);
  const rounds = Number(roundsText);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new UsageFault(`--rounds ${roundsText}: a whole number from 1 is expected`);
  }
  const offered = quick ? QUICK_CASES : RECEIVE_CASES;
  const cases = wanted.length === 0 ? offered : offered.filter(({ name }) => wanted.some((part) => name.includes(part)));
  if (cases.length === 0) {
    throw new UsageFault(`no case has ${wanted.join(' or ')} in its name; there are: ${offered.map(({ name }) => name).join(', ')}`);
  }
  return { cases, rounds, folder, json };
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        quick: { type: 'boolean', default: false },
        case: { type: 'string', multiple: true, default: [] },
        rounds: { type: 'string', default: String(ROUNDS) },
        folder: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    if (error instanceof Error && codeOf(error)?.startsWith('ERR_PARSE_ARGS_') === true) throw new UsageFault(error.message);
    throw error;
  }
}
