// What is missing from a study that a stream expected more of, and its wording.

/** One thing that is missing. `found` and `expected` are numbers of instances. */
export type Missing =
  /** No series fits the WHERE of this name. */
  | { readonly what: 'series'; readonly name: string }
  | { readonly what: 'instances-of-study'; readonly found: number; readonly expected: number }
  /** The fullest series of this name. */
  | { readonly what: 'instances-of-name'; readonly name: string; readonly found: number; readonly expected: number }
  | { readonly what: 'instances-of-series'; readonly SeriesInstanceUID: string; readonly found: number;
      readonly expected: number };

/** Such as `no series FLAIR, 150 of 176 instances of T1`. */
export function missingText(all: readonly Missing[]): string {
  return all.map(wordingOf).join(', ');
}

function wordingOf(missing: Missing): string {
  switch (missing.what) {
    case 'series': return `no series ${missing.name}`;
    case 'instances-of-study': return `${missing.found} of ${missing.expected} instances`;
    case 'instances-of-name': return `${missing.found} of ${missing.expected} instances of ${missing.name}`;
    case 'instances-of-series':
      return `${missing.found} of ${missing.expected} instances of series ${missing.SeriesInstanceUID}`;
  }
}
