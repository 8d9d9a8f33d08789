// A classification rule as it is used: every reference to another rule is resolved and every pattern compiles.

/** Where a value is found: by name, or in a data element, whole or one of its values (`index` counts from 0). */
export type ValueReference =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'element'; readonly group: number; readonly element: number; readonly index: number | undefined };

/** Names that a rule may use beside the DICOM keywords, from the description of the series. */
export const describedNames = ['NumFiles', 'NumImages', 'NumSlices', 'Path', 'ReferringPhysician'] as const;

export const classifyOperators = [
  'regexp', 'contains', '==', '!=', '<', '>', 'exist', 'notexist', 'approx',
] as const;

export type ClassifyOperator = (typeof classifyOperators)[number];

/** What a value is compared with: the values of the configuration, or those of another field of the same instance. */
export type Operand =
  | { readonly kind: 'literal'; readonly values: readonly string[] }
  | { readonly kind: 'reference'; readonly reference: ValueReference };

/** One comparison. `negate` turns its outcome round. */
export interface ClassifyTest {
  readonly tag: ValueReference;
  readonly operator: ClassifyOperator;
  readonly operand: Operand;
  readonly approxLevel: number;
  readonly negate: boolean;
}

/** Gives a series the class `type` when all tests hold for one of its instances, with `seriesLevel` for all of them. */
export interface ClassifyRule {
  readonly type: string;
  readonly seriesLevel: boolean;
  readonly tests: readonly ClassifyTest[];
}

/** Something wrong in the rules. `path` leads to it in the JSON: [3, 'rules', 0, 'operator']. */
export interface ClassifyRuleProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type ClassifyRules =
  | { readonly kind: 'rules'; readonly rules: readonly ClassifyRule[] }
  | { readonly kind: 'problems'; readonly problems: readonly ClassifyRuleProblem[] };
