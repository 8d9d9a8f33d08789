// `morph` of a destination: the steps that change what goes there. What a step says of elements, patterns and values is
// checked by check-morph.ts, which knows the data dictionary.

import * as v from 'valibot';
import { isVR, type VR } from '../../dicom/value-representation.ts';
import { mapOf, strictObject } from './strict-object.ts';
import { key, listOf, nonEmptyText, oneOrMore, text, textThat, yesOrNo } from './values.ts';

const ELEMENT = 'Which element: a keyword, a tag such as `(0008,0080)`, a private one such as `(0029,xx10,SIEMENS CSA '
  + 'HEADER)`, or the way through sequences, `RequestAttributesSequence[0].ScheduledProcedureStepID`; `[*]` means all '
  + 'items.';

const element = key(nonEmptyText, ELEMENT, 'InstitutionName');

const A_VR = 'a VR of the standard such as LO';
const vr = v.pipe(textThat(isVR, A_VR), v.transform((value) => value as VR));

const A_VALUE = 'a text, a number, or a list of such';
const value = oneOrMore(v.pipe(v.union([text, v.number()], A_VALUE), v.transform(String)), A_VALUE);

const condition = oneOrMore(
  v.pipe(mapOf(text, text), v.check((entry) => Object.keys(entry).length > 0, 'at least one keyword')),
  'an object of keywords and globs, or a list of such objects',
);

const always = {
  when: v.optional(key(
    condition, 'Only for instances that fit: globs (`*`, `?`) by keyword, all of any entry, as they are when the steps '
    + 'before this one have been taken.', { Modality: 'CT' },
  )),
  uids: v.optional(key(
    v.literal('allow', '"allow"'), 'Must be given where the step changes what an instance is known by: SOPClassUID, '
    + 'SOPInstanceUID, SeriesInstanceUID or StudyInstanceUID. A new one that differs from instance to instance takes '
    + 'them apart; one that does not makes them one.',
  )),
  pixels: v.optional(key(
    v.literal('allow', '"allow"'), 'Must be given where the step changes an element that says how the pixels are to be '
    + 'read, such as Rows or RescaleSlope. The pixels themselves are never changed.',
  )),
};

const writing = {
  onTooLong: v.optional(key(
    v.picklist(['fail', 'cut'], '"fail" or "cut"'),
    'What becomes of an instance whose value is longer than its VR takes: it is not delivered, or the value is cut '
    + '(text only; dates, numbers and UIDs are never cut).', 'cut',
  ), 'fail'),
  createItems: v.optional(key(
    yesOrNo, 'Whether a sequence or item on the way is made where it is missing. Else nothing is done there.',
  ), false),
  vr: v.optional(key(
    vr, 'The VR of an element that the data dictionary does not know, such as a private one.', 'LO',
  )),
};

const VALUE = 'What it is to be: text in which `{Keyword}` stands for a value of the instance, as in `path` of a '
  + 'folder; a list or backslashes for several values; empty for none. Must be legal for the VR and writable in the '
  + 'SpecificCharacterSet of the instance, else the instance is not delivered.';

const set = strictObject({
  type: key(v.literal('set', '"set"'), 'Gives an element a value, whether it was there or not.'),
  element, value: key(value, VALUE, 'Rigshospitalet {StationName}'), ...writing, ...always,
});

const setDefault = strictObject({
  type: key(v.literal('default', '"default"'), 'The same, only where the element is absent or has no value.'),
  element, value: key(value, VALUE, '{StudyInstanceUID}'), ...writing, ...always,
});

const remove = strictObject({
  type: key(v.literal('remove', '"remove"'), 'Takes elements out, sequences with all they hold.'),
  element: key(
    oneOrMore(nonEmptyText, 'an element, or a list of such'), `${ELEMENT} Or a list of such.`,
    ['PatientComments', '(0029,xx10,SIEMENS CSA HEADER)'],
  ), ...always,
});

const copy = strictObject({
  type: key(v.literal('copy', '"copy"'), 'Gives an element the value of another. One that has none changes nothing.'),
  from: key(nonEmptyText, 'The other element.', 'AccessionNumber'),
  to: key(nonEmptyText, `${ELEMENT} Where both ways begin with the same \`[*]\`, each item gets its own.`, 'StudyID'),
  ...writing, ...always,
});

const replace = strictObject({
  type: key(v.literal('replace', '"replace"'), 'Replaces what a pattern fits in each value of an element.'),
  element,
  pattern: key(
    text, 'A regular expression of linear time (RE2: no look-around, no back-references), searched anywhere in the '
    + 'value; every match is replaced.', '^AI[_ ]+',
  ),
  with: key(text, 'What stands there instead: `$1` is what the first group held, `$&` the whole match, `$$` a dollar; '
    + '`{Keyword}` as above.', '$1'),
  flags: v.optional(key(
    textThat((letters) => /^(?!.*(.).*\1)[ims]*$/.test(letters), 'a text of the letters i, m and s'),
    'How the pattern is read: `i`: upper and lower case are the same; `m`: `^` and `$` fit at each line; `s`: a dot '
    + 'fits line breaks.', 'i',
  ), ''),
  onTooLong: writing.onTooLong, vr: writing.vr, ...always,
});

const unicode = strictObject({
  type: key(
    v.literal('unicode', '"unicode"'), 'Brings all texts of the instance into UTF-8 (SpecificCharacterSet ISO_IR 192), '
    + 'so that the steps behind it may write any character.',
  ),
  when: always.when,
});

/** One step. */
export const morphStep = v.variant(
  'type', [set, setDefault, remove, copy, replace, unicode],
  '"set", "default", "remove", "copy", "replace" or "unicode"',
);

/** The steps in their order. */
export const morph = listOf(morphStep, 'steps');

export type MorphEntry = v.InferOutput<typeof morphStep>;
