// The syntax tree of a select statement: what a core asks for, read but not yet tried on any series.
//
// Every node says where it stands in the text, so that a message can point at it. The tree is plain data: it holds no
// functions and can be written as JSON.

/** A place in the text of a statement. `offset` counts from 0, `line` and `column` from 1, all in UTF-16 code units. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** What one job holds: one series, or the matching series of one study, one patient, or the whole archive. */
export type JobLevel = 'series' | 'study' | 'patient' | 'project';

/** The field of a condition: a DICOM keyword or special name, or the group and element number of a tag. */
export type Field =
  | { readonly kind: 'name'; readonly name: string; readonly at: Position }
  | { readonly kind: 'tag'; readonly group: number; readonly element: number; readonly at: Position };

/** A value as it is compared: quotes and escapes are gone. */
export interface Value {
  readonly text: string;
  readonly at: Position;
}

export type Operator = '==' | 'containing' | 'regexp' | '<' | '>' | '<=' | '>=' | 'approx';

/** `<field> <operator> <value>`. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly field: Field;
  readonly operator: Operator;
  readonly value: Value;
  readonly at: Position;
}

/**
 * Conditions joined by AND (`all`) or by OR (`any`).
 *
 * AND and OR have the same rank and are read from left to right, so `a OR b AND c` is an `all` whose first condition
 * is the `any` of a and b. `bracketed` says whether the author wrote the brackets.
 */
export interface Junction {
  readonly kind: 'all' | 'any';
  readonly conditions: readonly Condition[];
  readonly bracketed: boolean;
  readonly at: Position;
}

export type Condition =
  | Comparison
  | Junction
  | { readonly kind: 'not'; readonly condition: Condition; readonly at: Position }
  | { readonly kind: 'everything'; readonly at: Position };

/** One WHERE. `name` is absent where the author gave none. */
export interface Clause {
  readonly name: string | undefined;
  readonly condition: Condition;
  readonly at: Position;
}

/** One side of a CHECK, `<name>@<field>`: the values of a field in the series that matched the WHERE of that name. */
export interface CheckSide {
  readonly name: string;
  readonly field: Field;
  readonly at: Position;
}

/** `<name>@<field> == <name>@<field>`. */
export interface Check {
  readonly left: CheckSide;
  readonly right: CheckSide;
  readonly at: Position;
}

/** `SELECT <level> [FROM <level>] WHERE … { ALSO WHERE … } [ CHECK … ]`. FROM changes nothing and is not kept. */
export interface SelectStatement {
  readonly kind: 'select';
  readonly level: JobLevel;
  readonly clauses: readonly Clause[];
  readonly checks: readonly Check[];
}

/** The short form: one regular expression, tried on a line that describes the series. */
export interface GlobStatement {
  readonly kind: 'glob';
  readonly pattern: string;
  readonly at: Position;
}

export type Statement = SelectStatement | GlobStatement;

/** Something wrong (`error`) or doubtful (`warning`) in a statement, and where. */
export interface StatementProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly expected: readonly string[];
}

/** The name that a selected series carries where its WHERE has none. */
export const unnamed = 'no-name';
