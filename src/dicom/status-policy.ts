// What a site wants the statuses of a destination to mean, where it knows better than the tables of status.ts: an
// archive that answers 0xC000 when its disk is full, one whose duplicates nobody may take for stored.

import { storeStatus, SUCCESS, type StoreOutcome, type StoreStatus } from './status.ts';

export const STATUS_POLICY_WORDS = ['stored', 'retry', 'fail'] as const;

export type StatusPolicyWord = (typeof STATUS_POLICY_WORDS)[number];

/** By status: four hex digits, of which the last ones may be `x`, for any. The one with the fewest decides. */
export type StatusPolicy = Readonly<Record<string, StatusPolicyWord>>;

const OUTCOMES: { readonly [Word in StatusPolicyWord]: StoreOutcome } = {
  stored: 'stored', retry: 'retry', fail: 'refused',
};

const PATTERN = /^[0-9a-f][0-9a-f]{0,3}x*$/i;
const PATTERN_LENGTH = 4;

/** Success is not a matter of opinion. */
export function isStatusPattern(text: string): boolean {
  return text.length === PATTERN_LENGTH && PATTERN.test(text) && text !== formatCode(SUCCESS);
}

/** What a status means at a destination with that policy; a retry that it asks for ends by the destination's `retry`. */
export function statusBy(policy: StatusPolicy, code: number): StoreStatus {
  const known = storeStatus(code);
  const word = code === SUCCESS ? undefined : findWord(policy, formatCode(code));
  return word === undefined ? known : { ...known, outcome: OUTCOMES[word], limited: false };
}

function findWord(policy: StatusPolicy, code: string): StatusPolicyWord | undefined {
  const fitting = Object.keys(policy).filter((pattern) => fits(pattern.toLowerCase(), code));
  const [closest] = fitting.sort((one, other) => anyDigits(one) - anyDigits(other));
  return closest === undefined ? undefined : policy[closest];
}

function fits(pattern: string, code: string): boolean {
  return [...pattern].every((digit, index) => digit === 'x' || digit === code[index]);
}

function anyDigits(pattern: string): number {
  return pattern.replace(/[^x]/gi, '').length;
}

function formatCode(code: number): string {
  return code.toString(16).padStart(PATTERN_LENGTH, '0');
}
