// How single values and lists of values are compared, for conditions and for classification rules alike.
//
// DICOM values arrive as text (PS3.5 section 6.2); a value is a number when its text is a decimal or integer string.

const decimalString = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** The widest distance at which `approx` takes two numbers for the same. */
export const defaultApproxLevel = 1e-4;

/** The number that a text stands for, or undefined where it is none. Blanks around it do not count. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  return decimalString.test(trimmed) ? Number(trimmed) : undefined;
}

/** Whether two values are the same: as numbers when both are numbers (1.0 is 1), otherwise as text. */
export function sameValue(one: string, other: string): boolean {
  return one === other || keyOfValue(one) === keyOfValue(other);
}

/** The same text for lists that hold the same values in the same order, and for no others. */
export function keyOfValues(values: readonly string[]): string {
  return JSON.stringify(values.map(keyOfValue));
}

function keyOfValue(text: string): string | number {
  const number = parseNumber(text);
  if (number === undefined || !Number.isFinite(number)) return text;
  // Beyond 2^53 two different identifiers would become the same number.
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}

/** Whether two lists hold the same values in the same order. */
export function sameValues(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => sameValue(value, other[index] ?? ''));
}

/** Whether some value is a number that passes a test against the wanted number. False where that is no number. */
export function someNumber(
  values: readonly string[],
  wanted: string,
  passes: (value: number, limit: number) => boolean,
): boolean {
  const limit = parseNumber(wanted);
  if (limit === undefined) return false;
  return values.some((text) => {
    const value = parseNumber(text);
    return value !== undefined && passes(value, limit);
  });
}

/** The numbers of a list written as one text, `0.5, 1` or `0.5\1` or `[0.5 1]`; undefined where one is no number. */
export function parseNumberList(text: string): number[] | undefined {
  return allNumbers(text.replace(/^\s*\[|\]\s*$/g, '').trim().split(/\s*[,\\]\s*|\s+/));
}

/** Whether two lists are numbers of the same length, each pair no further apart than `level`. */
export function approximates(values: readonly string[], wanted: readonly number[], level: number): boolean {
  const numbers = allNumbers(values);
  if (numbers === undefined || numbers.length !== wanted.length) return false;
  return numbers.every((number, index) => Math.abs(number - (wanted[index] ?? Number.NaN)) <= level);
}

function allNumbers(texts: readonly string[]): number[] | undefined {
  const numbers = texts.map(parseNumber);
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}
