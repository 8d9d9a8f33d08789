// What a core may and must put out.

import * as v from 'valibot';
import { mapOf, strictObject } from './strict-object.ts';
import { bytes, file, key, listOf, text, textOr, uid, wholeNumber } from './values.ts';

const MOST_INSTANCES = 1_000_000;

const AN_EXPECTATION = 'an object with SOPClassUID or Modality';
const expectation = v.pipe(
  strictObject({
    SOPClassUID: v.optional(key(uid, 'Counts instances of this SOP Class.', '1.2.840.10008.5.1.4.1.1.66.4')),
    Modality: v.optional(key(text, 'Counts instances with this Modality; with SOPClassUID, both must be so.', 'SEG')),
    min: v.optional(key(wholeNumber(0, MOST_INSTANCES), 'So many are needed.'), 1),
    max: v.optional(key(wholeNumber(0, MOST_INSTANCES), 'More are too many. Any number when left out.')),
  }),
  v.check(({ SOPClassUID, Modality }) => SOPClassUID !== undefined || Modality !== undefined, AN_EXPECTATION),
  v.check(({ min, max }) => max === undefined || min <= max, 'min not above max'),
);

const A_SCHEMA = 'a JSON Schema as an object, or the absolute path of a file with one';

/** The object `outputs` of a core. */
export const outputs = strictObject({
  maxBytes: v.optional(key(bytes(1), 'All that a core may put out, in bytes.'), 4 * 2 ** 30),
  minInstances: v.optional(key(
    wholeNumber(0, MOST_INSTANCES), 'The number of instances that a core must put out. 0: output.json alone will do.',
  ), 0),
  maxInstances: v.optional(key(
    wholeNumber(1, MOST_INSTANCES), 'The number of instances that a core may put out.',
  ), 20_000),
  SOPClassUIDs: v.optional(key(
    listOf(uid, 'UIDs'),
    'SOP Classes that a core may put out. Empty: every Storage SOP Class.', ['1.2.840.10008.5.1.4.1.1.88.22'],
  ), []),
  expect: v.optional(key(
    listOf(expectation, 'objects'), 'How many instances of which kind a core must put out.',
    [{ Modality: 'SEG', min: 1, max: 1 }],
  ), []),
  schema: v.optional(key(
    textOr(file, mapOf(text, v.any()), A_SCHEMA),
    'A JSON Schema (draft-07, 2019-09 or 2020-12) that output.json must be there for and fit. `format` is not checked; '
    + 'patterns are RE2.', { type: 'array', minItems: 1 },
  )),
  references: v.optional(key(
    v.picklist(['input', 'any'], '"input" or "any"'),
    'Which instances a result may refer to. "input": those of the input, of the result itself, those that the input '
    + 'refers to, and of the archive those of the same patient. "any": references are not checked.',
  ), 'input'),
});
