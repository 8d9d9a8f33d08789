// Gives a series its classes.
//
// Pure. The rules are tried in their order on one instance after the other, so that a rule can use the classes given so
// far, by earlier rules or on earlier instances. A value that is absent or empty passes no test but `notexist`.

import type { ClassifyOperator, ClassifyRule, ClassifyTest, Operand, ValueReference } from './classify-rule.ts';
import { approximates, parseNumber, sameValue, sameValues, someNumber } from './compare-values.ts';
import { compilePattern } from './pattern.ts';
import type { FieldReference } from './series-facts.ts';

/** The header of one instance, and what the description of its series holds under a name. */
export interface InstanceFacts {
  /** The values of a field, one string for each of its value multiplicity; none where it is absent or empty. */
  value(field: FieldReference): readonly string[];
}

/** The values of a reference; `isList` says that `contains` means membership, also where there is one value only. */
interface Found {
  readonly values: readonly string[];
  readonly isList: boolean;
}

/**
 * Classifies a series one instance after the other, in the order of InstanceNumber, without keeping them.
 * A rule gives its class as soon as one instance fits; a SeriesLevel rule gives none once an instance does not fit.
 */
export class SeriesClassifier {
  readonly #rules: readonly ClassifyRule[];
  readonly #giving = new Set<ClassifyRule>();
  readonly #refuted = new Set<ClassifyRule>();

  constructor(rules: readonly ClassifyRule[]) {
    this.#rules = rules;
  }

  add(instance: InstanceFacts): void {
    const classes = (): string[] => this.classes();
    for (const rule of this.#rules) {
      // What is settled for the whole series need not be tried again.
      if (this.#refuted.has(rule) || (this.#giving.has(rule) && !rule.seriesLevel)) continue;
      if (rule.tests.every((test) => testHolds(test, instance, classes))) {
        this.#giving.add(rule);
      } else if (rule.seriesLevel) {
        this.#giving.delete(rule);
        this.#refuted.add(rule);
      }
    }
  }

  /** In the order of the rules, each once. */
  classes(): string[] {
    return [...new Set(this.#rules.filter((rule) => this.#giving.has(rule)).map(({ type }) => type))];
  }
}

function testHolds(test: ClassifyTest, instance: InstanceFacts, classes: () => string[]): boolean {
  return comparisonHolds(test, instance, classes) !== test.negate;
}

function comparisonHolds(test: ClassifyTest, instance: InstanceFacts, classes: () => string[]): boolean {
  const found = findValues(test.tag, instance, classes);
  if (test.operator === 'exist') return found.values.length > 0;
  if (test.operator === 'notexist') return found.values.length === 0;
  const wanted = operandValues(test.operand, instance, classes);
  return found.values.length > 0 && wanted.length > 0 && valuesHold(found, test.operator, wanted, test.approxLevel);
}

function operandValues(operand: Operand, instance: InstanceFacts, classes: () => string[]): readonly string[] {
  return operand.kind === 'literal' ? operand.values : findValues(operand.reference, instance, classes).values;
}

function findValues(reference: ValueReference, instance: InstanceFacts, classes: () => string[]): Found {
  if (reference.kind === 'name') {
    const isList = reference.name === 'ClassifyType' || reference.name === 'ClassifyTypes';
    return { values: isList ? classes() : withValue(instance.value(reference.name)), isList };
  }
  const { group, element, index } = reference;
  const values = instance.value([group, element]);
  return { values: withValue(index === undefined ? values : values.slice(index, index + 1)), isList: false };
}

function withValue(values: readonly string[]): readonly string[] {
  return values.some((value) => value !== '') ? values : [];
}

function valuesHold(
  { values, isList }: Found,
  operator: Exclude<ClassifyOperator, 'exist' | 'notexist'>,
  wanted: readonly string[],
  approxLevel: number,
): boolean {
  const wantedText = wanted.join(', ');
  switch (operator) {
    case 'regexp':
      return matchesText(wantedText, values);
    case 'contains':
      return isList || values.length > 1 ? values.includes(wantedText) : values.join('').includes(wantedText);
    case '==':
      return equalsWanted(values, wanted);
    case '!=':
      return !equalsWanted(values, wanted);
    case '<':
      return someNumber(values, wantedText, (value, limit) => value < limit);
    case '>':
      return someNumber(values, wantedText, (value, limit) => value > limit);
    case 'approx':
      return approximates(values, wanted.map((text) => parseNumber(text) ?? Number.NaN), approxLevel);
  }
}

/** One wanted value is compared with every value, several as a list. */
function equalsWanted(values: readonly string[], wanted: readonly string[]): boolean {
  const [only, ...others] = wanted;
  if (only === undefined || others.length > 0) return sameValues(values, wanted);
  return values.every((value) => sameValue(value, only));
}

/** Tries a pattern on each value and on all of them as one text, `0, 256, 256, 0`, as rules of the original expect. */
function matchesText(source: string, values: readonly string[]): boolean {
  const pattern = compilePattern(source);
  // A pattern of the configuration compiles; one that another field holds may not, and then it matches nothing.
  if (pattern.kind === 'problem') return false;
  return [...values, values.join(', ')].some(pattern.matches);
}
