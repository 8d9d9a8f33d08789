// Which fields of a series a statement asks about, so that nobody need keep the others.

import { describedKeywords, fieldReference, isSpecial, type FieldReference } from './series-facts.ts';
import type { Condition, Field, Statement } from './statement.ts';

/** The fields of all conditions and checks, and those by which every series is shown. One may come twice. */
export function fieldsOf(statement: Statement): FieldReference[] {
  if (statement.kind === 'glob') return [...describedKeywords];
  const asked = [
    ...statement.clauses.flatMap(({ condition }) => fieldsOfCondition(condition)),
    ...statement.checks.flatMap(({ left, right }) => [left.field, right.field]),
  ];
  return [...describedKeywords, ...asked.filter((field) => !isSpecial(field)).map(fieldReference)];
}

function fieldsOfCondition(condition: Condition): Field[] {
  switch (condition.kind) {
    case 'comparison':
      return [condition.field];
    case 'everything':
      return [];
    case 'not':
      return fieldsOfCondition(condition.condition);
    case 'all':
    case 'any':
      return condition.conditions.flatMap(fieldsOfCondition);
  }
}
