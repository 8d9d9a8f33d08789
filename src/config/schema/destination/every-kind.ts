// What destinations of every kind have: their name, what goes there and when, how many at a time, when it is tried again.

import * as v from 'valibot';
import { morph } from '../morph.ts';
import { retry } from '../retry.ts';
import { mapOf } from '../strict-object.ts';
import { amount, key, listOf, name, text, timeWindow, wholeNumber, yesOrNo } from '../values.ts';

/** What `type` may be; completes "expected …". */
export const KINDS = '"dicom", "dicomweb", "folder" or "sender"';

/** The keys, made anew for each kind, so that the reference page lists them with it. */
export function everyKind() {
  return {
    name: v.optional(key(
      name, 'What the destination is called in commands and lists. When left out, its AE title, the host of its `url`, '
      + 'the last folder of its `path` in front of a brace, or `sender`.', 'pacs',
    )),
    ...whatGoesThere(),
    when: v.optional(key(
      v.pipe(listOf(timeWindow, 'times of the week'), v.minLength(1, 'at least one time of the week')),
      'When deliveries may begin to go there, in LOCALTIMEZONE; at other times they wait. Left out: always.',
      ['Mon-Fri 20:00-07:00', 'Sat-Sun 00:00-24:00'],
    )),
    stopAtClose: v.optional(key(
      yesOrNo, 'Whether a delivery that is under way when `when` closes stops after the instance that is being sent, and '
      + 'goes on at the next opening. Otherwise it is finished.',
    ), false),
    cost: v.optional(key(
      amount(0, 1_000_000_000), 'Among the destinations of a `oneOf`: the cheapest that is open is taken, of equal ones '
      + 'the one that is written first.', 2.5,
    ), 0),
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

/** What is said of a choice as a whole, too. */
export function whatGoesThere() {
  return {
    filter: v.optional(key(
      listOf(mapOf(text, text), 'objects'),
      'Which instances go there, by what they hold and glob (`*`, `?`): all keys of any entry must fit. A key is a '
      + 'keyword, a tag such as `(0018,1030)`, an element of a private block such as '
      + '`(0019,xx0C,SIEMENS MR HEADER)`, or a way through sequences such as '
      + '`RequestAttributesSequence.ScheduledProcedureStepID`; of several values or items any will do, `ImageType[2]` is '
      + 'the third. Empty: all instances.',
      [{ Modality: 'SR' }, { Modality: 'SEG', SeriesDescription: '*lesion*' }],
    ), []),
    exclude: v.optional(key(
      listOf(mapOf(text, text), 'objects'),
      'Which instances do not go there, though `filter` fits them; written like it.', [{ BurnedInAnnotation: 'YES' }],
    ), []),
    optional: v.optional(key(
      yesOrNo, 'Whether it is a second copy: the job is done without it and does not fail with it.',
    ), false),
  };
}
