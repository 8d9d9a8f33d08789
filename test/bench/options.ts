// What can be said after `npm run bench -- receive` and `npm run bench -- forward`.

import { parseArgs } from 'node:util';
import { codeOf } from '../../src/spool/error-code.ts';
import { UsageFault } from './usage-fault.ts';

const ROUNDS = 5;

export interface ComparisonOptions<Case> {
  readonly cases: readonly Case[];
  readonly rounds: number;
  /** Where the bench makes its own folder; undefined for the temporary directory. */
  readonly folder: string | undefined;
  readonly json: boolean;
  /** See ContenderChoice. */
  readonly bitPreserving: boolean;
}

/** All the cases of a bench, and those that --quick leaves of them. */
export interface OfferedCases<Case> {
  readonly all: readonly Case[];
  readonly quick: readonly Case[];
}

/** Throws a UsageFault on what is not understood. */
export function parseOptions<Case extends { readonly name: string }>(
  words: readonly string[], { all, quick: quickCases }: OfferedCases<Case>,
): ComparisonOptions<Case> {
  const { quick, case: wanted, rounds: roundsText, folder, 'bit-preserving': bitPreserving, json } = readWords(words);
  const rounds = Number(roundsText);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new UsageFault(`--rounds ${roundsText}: a whole number from 1 is expected`);
  }
  const offered = quick ? quickCases : all;
  const cases = offered.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  if (cases.length === 0) {
    const names = offered.map(({ name }) => name).join(', ');
    throw new UsageFault(`no case has ${wanted.join(' or ')} in its name; there are: ${names}`);
  }
  return { cases, rounds, folder, bitPreserving, json };
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
        'bit-preserving': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const isFault = error instanceof Error && codeOf(error)?.startsWith('ERR_PARSE_ARGS_') === true;
    if (isFault) throw new UsageFault(error.message);
    throw error;
  }
}
