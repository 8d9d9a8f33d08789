// Conditions as text, in the words of the select language.
//
// Promises that the text, read again, means the same. Used in messages and by `explain`.

import type { Comparison, Condition, Field } from './statement.ts';

/** A field as one writes it: a name, or `(0x0018,0x0010)`. */
export function formatField(field: Field): string {
  if (field.kind === 'name') return field.name;
  const hexadecimal = (number: number): string => `0x${number.toString(16).padStart(4, '0')}`;
  return `(${hexadecimal(field.group)},${hexadecimal(field.element)})`;
}

/** `NumImages > 20`, `SeriesDescription regexp "^T1"`. */
export function formatComparison({ field, operator, value }: Comparison): string {
  return `${formatField(field)} ${operator} ${formatValue(value.text)}`;
}

/** A whole condition on one line, with every bracket that is needed to read it without knowing the ranks. */
export function formatCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'comparison':
      return formatComparison(condition);
    case 'everything':
      return 'everything';
    case 'not':
      return `NOT ${formatOperand(condition.condition)}`;
    case 'all':
    case 'any':
      return condition.conditions.map(formatOperand).join(condition.kind === 'all' ? ' AND ' : ' OR ');
  }
}

function formatOperand(condition: Condition): string {
  const text = formatCondition(condition);
  return condition.kind === 'all' || condition.kind === 'any' ? `(${text})` : text;
}

function formatValue(text: string): string {
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return text;
  // A backslash is doubled only where it would otherwise be taken for an escape, so that patterns stay readable.
  return `"${text.replace(/\\(?=["'\\]|$)/g, '\\\\').replaceAll('"', '\\"')}"`;
}
