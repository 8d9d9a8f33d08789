// What de-identification (or the way back) did to an instance, element by element. Never an original value: where a
// person wants those beside it, `original` is filled in by request, and the report stays on the site.

import type { DeidentificationOption } from './options.ts';

/** Kept elements are told where an option or the site's exception kept them, not where nothing speaks of them. */
export type ElementAction = 'remove' | 'empty' | 'replace' | 'keep' | 'clean' | 'new-uid' | 'add' | 'restore';

/** What decided: the basic profile, an option, an exception of the site's, or a rule of ours beyond the table. */
export type DecidedBy =
  'basic' | DeidentificationOption | 'keep' | 'remove' | 'replace' | 'beyond-table' | 'reidentify';

export interface ElementChange {
  /** From the top of the data set: `00081140[0].00081155`, items from 0; `00020016` of the file meta information. */
  readonly path: string;
  /** Empty where the program does not know it. */
  readonly keyword: string;
  readonly vr: string;
  readonly action: ElementAction;
  readonly by: DecidedBy;
  /** Only where it was asked for: what stood there, shortened. */
  readonly original?: string;
}
