// Why a comparison failed by little: what those who write statements get wrong most often, told where they see it.

import { parseNumber, parseNumberList, sameValue } from './compare-values.ts';
import type { ComparisonResult } from './evaluate-condition.ts';
import { compilePattern } from './pattern.ts';

/** A remark on a comparison that does not hold, or undefined where nothing nearly fitted. */
export function findHint({ comparison, values, holds }: ComparisonResult): string | undefined {
  if (holds || values.length === 0) return undefined;
  const { operator, value: { text } } = comparison;
  switch (operator) {
    case '==':
    case 'containing':
      if (!values.some((value) => sameValue(value, text))) return findTextHint(operator, text, values);
      return operator === '==' ? '== asks this of all values; containing asks it of one'
        : 'containing compares texts; == compares numbers';
    case 'regexp':
      return findPatternHint(text, values);
    case '<': case '>': case '<=': case '>=':
      return values.some((value) => parseNumber(value) !== undefined) ? undefined : 'the value is no number';
    case 'approx':
      return findNumbersHint(text, values);
  }
}

/** A remark on a pattern that matches none of the texts, but would if case or its anchors did not count. */
export function findPatternHint(source: string, texts: readonly string[]): string | undefined {
  const matches = (pattern: string): boolean => {
    const compiled = compilePattern(pattern);
    return compiled.kind === 'pattern' && texts.some(compiled.matches);
  };
  const loose = source.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  if (matches(`(?i)${source}`)) return 'case counts: it matches with (?i) in front';
  if (loose === source) return undefined;
  if (matches(loose)) return 'it matches in the middle of the value: ^ asks for the beginning, $ for the end';
  return matches(`(?i)${loose}`) ? 'it matches without ^ and $, and with (?i) in front' : undefined;
}

function findTextHint(operator: '==' | 'containing', wanted: string, values: readonly string[]): string | undefined {
  const lowered = wanted.toLowerCase();
  if (values.some((value) => value.toLowerCase() === lowered)) return 'case counts, and it differs';
  if (!values.some((value) => value.toLowerCase().includes(lowered))) return undefined;
  return `${operator} compares whole values; regexp finds parts`;
}

function findNumbersHint(wanted: string, values: readonly string[]): string | undefined {
  if (values.some((value) => parseNumber(value) === undefined)) return 'a value is no number';
  const count = parseNumberList(wanted)?.length;
  return count === values.length ? undefined : `the series has ${values.length} numbers here, the statement ${count}`;
}
