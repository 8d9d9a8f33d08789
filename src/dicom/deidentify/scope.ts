// Where a data set stands in an instance.

/** Where a data set stands. */
export interface Scope {
  /** `00081140[0].` before the tag of an element; empty at the top. */
  readonly path: string;
  readonly characterSet: readonly string[];
  /** Within a sequence that is kept for its shape alone: no text in it is kept. */
  readonly isShapeOnly: boolean;
}

/** As the paths of reports have it. */
export function formatTagDigits(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(8, '0');
}
