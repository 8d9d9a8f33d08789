// Tries a condition on a series and keeps what it saw.
//
// Pure. Every part is evaluated, also where the outcome is already known, because the result is what `explain` prints:
// there is no second evaluator that could disagree with this one.

import { approximates, defaultApproxLevel, parseNumberList, sameValue, someNumber } from './compare-values.ts';
import { matchesPattern } from './pattern.ts';
import { fieldValues, fieldVaries, type SeriesFacts } from './series-facts.ts';
import type { Comparison, Condition, Operator } from './statement.ts';

/** The tree of a condition with its outcome at every node, and at each comparison the values that decided. */
export type ConditionResult =
  | { readonly kind: 'all' | 'any'; readonly holds: boolean; readonly parts: readonly ConditionResult[] }
  | { readonly kind: 'not'; readonly holds: boolean; readonly part: ConditionResult }
  | { readonly kind: 'everything'; readonly holds: true }
  | ComparisonResult;

/** `values` is empty where the series has none; `varies` says that other instances of the series have other values. */
export interface ComparisonResult {
  readonly kind: 'comparison';
  readonly holds: boolean;
  readonly comparison: Comparison;
  readonly values: readonly string[];
  readonly varies: boolean;
}

/** Evaluates a condition of a parsed statement. Throws only where the statement did not come from parseStatement. */
export function evaluateCondition(condition: Condition, facts: SeriesFacts): ConditionResult {
  switch (condition.kind) {
    case 'comparison':
      return evaluateComparison(condition, facts);
    case 'everything':
      return { kind: 'everything', holds: true };
    case 'not': {
      const part = evaluateCondition(condition.condition, facts);
      return { kind: 'not', holds: !part.holds, part };
    }
    case 'all': {
      const parts = condition.conditions.map((inner) => evaluateCondition(inner, facts));
      return { kind: 'all', holds: parts.every(({ holds }) => holds), parts };
    }
    case 'any': {
      const parts = condition.conditions.map((inner) => evaluateCondition(inner, facts));
      return { kind: 'any', holds: parts.some(({ holds }) => holds), parts };
    }
  }
}

function evaluateComparison(comparison: Comparison, facts: SeriesFacts): ComparisonResult {
  const values = fieldValues(facts, comparison.field);
  const holds = values.length > 0 && valuesHold(values, comparison.operator, comparison.value.text);
  return { kind: 'comparison', holds, comparison, values, varies: fieldVaries(facts, comparison.field) };
}

function valuesHold(values: readonly string[], operator: Operator, wanted: string): boolean {
  switch (operator) {
    case '==':
      return values.every((value) => sameValue(value, wanted));
    case 'containing':
      return values.includes(wanted);
    case 'regexp':
      return values.some((value) => matchesPattern(wanted, value));
    case '<':
      return someNumber(values, wanted, (value, limit) => value < limit);
    case '>':
      return someNumber(values, wanted, (value, limit) => value > limit);
    case '<=':
      return someNumber(values, wanted, (value, limit) => value <= limit);
    case '>=':
      return someNumber(values, wanted, (value, limit) => value >= limit);
    case 'approx':
      return approximates(values, parseNumberList(wanted) ?? [], defaultApproxLevel);
  }
}
