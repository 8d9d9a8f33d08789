// What destinations of every kind have: their name, what goes there, how many at a time, when it is tried again.

import * as v from 'valibot';
import { morph } from '../morph.ts';
import { retry } from '../retry.ts';
import { mapOf } from '../strict-object.ts';
import { key, listOf, name, text, wholeNumber } from '../values.ts';

/** What `type` may be; completes "expected …". */
export const KINDS = '"dicom", "dicomweb" or "sender"';

/** The keys, made anew for each kind, so that the reference page lists them with it. */
export function everyKind() {
  return {
    name: v.optional(key(
      name, 'What the destination is called in commands and lists. When left out, its AE title, the host of its `url`, or '
      + '`sender`.', 'pacs',
    )),
    filter: v.optional(key(
      listOf(mapOf(text, text), 'objects'),
      'Which instances go there, by keyword and glob (`*`, `?`): all keys of any entry must fit. Empty: all instances.',
      [{ Modality: 'SR' }, { Modality: 'SEG', SeriesDescription: '*lesion*' }],
    ), []),
    parallel: v.optional(key(
      wholeNumber(1, 16), 'How many deliveries may go there at the same time, each on its own association.',
    ), 1),
    deidentify: v.optional(key(
      name, 'The profile of `deidentification` by which instances are de-identified before they leave. Left out: they '
      + 'are not.', 'basic',
    )),
    morph: v.optional(key(
      morph, 'What is changed in what goes there, step by step; the instances themselves, and what goes elsewhere, stay '
      + 'as they are. See "Changing what leaves" in docs/morph.md.',
      [{ type: 'set', element: 'InstitutionName', value: 'Rigshospitalet' }],
    ), []),
    retry: v.optional(key(retry('a delivery'), 'When a delivery that did not go through is tried again.'), {}),
  };
}
