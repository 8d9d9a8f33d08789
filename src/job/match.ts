// Why instances go to a destination, or do not: as it stands in delivery.json, and as it is told. Types only.

/** What decided, and on how many instances. */
export interface Match {
  readonly instances: number;
  readonly goes: boolean;
  readonly ground: MatchGround;
}

export type MatchGround =
  /** There is no filter. */
  | { readonly ground: 'unfiltered' }
  /** An entry of `filter` fits, counted from 1. */
  | { readonly ground: 'filter'; readonly entry: number; readonly seen: readonly SeenValue[] }
  /** An entry of `exclude` fits, counted from 1. */
  | { readonly ground: 'exclude'; readonly entry: number; readonly seen: readonly SeenValue[] }
  /** No entry of `filter` fits: of each the first key that does not. */
  | { readonly ground: 'no-entry'; readonly seen: readonly SeenValue[] };

/** A key of an entry, the glob it wants, and the values that were found. */
export interface SeenValue {
  readonly key: string;
  readonly wanted: string;
  /** The first of them; none where the element is absent or empty. */
  readonly found: readonly string[];
}
