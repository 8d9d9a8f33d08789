// deidentification of config.json: the key under which pseudonyms are made, and the profiles that destinations name.

import * as v from 'valibot';
import {
  BURNT_IN_KINDS, DEIDENTIFICATION_OPTIONS, MOST_PSEUDONYM_CHARACTERS,
} from '../../dicom/deidentify/options.ts';
import { mapOf, strictObject } from './strict-object.ts';
import {
  file, key, listOf, name, nonEmptyText, secretReference, textOr, textThat, wholeNumber, yesOrNo,
} from './values.ts';

/** What is done with an instance that may show who it is of. */
export const BURNT_IN_POLICIES = ['hold', 'pass', 'leave-out', 'refuse'] as const;

const listed = (words: readonly string[]): string => {
  const quoted = words.map((word) => `"${word}"`);
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
};

const OPTION = listed(DEIDENTIFICATION_OPTIONS);
const POLICY = listed(BURNT_IN_POLICIES);
const KIND = listed(BURNT_IN_KINDS);

const policy = v.picklist(BURNT_IN_POLICIES, POLICY);

const elementName = textThat(
  (text) => /^[A-Z][A-Za-z0-9]{0,63}$/.test(text) || /^\(?[0-9A-Fa-f]{4},?[0-9A-Fa-f]{4}\)?$/.test(text),
  'a keyword such as PatientSex, or a tag such as 00100040',
);

const ascii = textThat((text) => /^[\x20-\x7e]{0,1024}$/.test(text), 'a text of ASCII characters, at most 1024');

const safePrivateBlock = strictObject({
  creator: key(nonEmptyText, 'Who owns the elements, as the private creator element has it.', 'SIEMENS MR HEADER'),
  group: v.optional(key(
    textThat((text) => /^[0-9A-Fa-f]{3}[13579BDFbdf]$/.test(text), 'an odd group, such as 0019'),
    'The group; any of that creator when left out.', '0019',
  )),
  elements: v.optional(key(
    textThat((text) => /^[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2})?( [0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2})?)*$/.test(text),
      'a list of elements of a block, such as "0C-0E 27"'),
    'The elements within the creator\'s block, in hexadecimal; all of them when left out.', '0C-0E 27',
  )),
});

const profile = strictObject({
  options: v.optional(key(
    listOf(v.picklist(DEIDENTIFICATION_OPTIONS, OPTION), 'options'),
    'The options of PS3.15 section E.3 beside the basic profile; docs/deidentification.md says what each does.',
    ['clean-descriptors', 'retain-modified-dates', 'retain-patient-characteristics'],
  ), []),
  patientID: v.optional(key(strictObject({
    prefix: v.optional(key(
      textThat((text) => /^[A-Za-z0-9._-]{0,16}$/.test(text), 'a text of at most 16 letters, digits, dots and dashes'),
      'What every pseudonym begins with.', 'TRIAL-',
    ), 'P'),
    characters: v.optional(key(
      wholeNumber(8, MOST_PSEUDONYM_CHARACTERS), 'How many letters and digits follow.',
    ), 12),
    table: v.optional(key(
      file, 'A CSV file of the site\'s own pseudonyms: PatientID,pseudonym[,name], a patient a line.',
      '/etc/dts/trial-subjects.csv',
    )),
    unknown: v.optional(key(
      v.picklist(['hold', 'key'], '"hold" or "key"'),
      'What happens to a patient whom the table does not list: the delivery is held, or a pseudonym is made by the '
      + 'key.',
    ), 'hold'),
  }), 'How patients are told apart afterwards.'), {}),
  patientName: v.optional(key(
    v.picklist(['pseudonym', 'empty'], '"pseudonym" or "empty"'), 'What PatientName becomes.',
  ), 'pseudonym'),
  daysBack: v.optional(key(strictObject({
    minimum: v.optional(key(wholeNumber(1, 36_500, 'a whole number of days'), 'At least so many days.'), 1),
    maximum: v.optional(key(wholeNumber(1, 36_500, 'a whole number of days'), 'At most so many days.'), 365),
  }), 'With retain-modified-dates: by how many days the dates of a patient move back. How many it is for one patient '
    + 'follows from the key.'), {}),
  oldestAge: v.optional(key(
    wholeNumber(0, 130, 'a whole number of years'), 'With retain-patient-characteristics: an older age becomes one '
    + 'more than this.',
  ), 89),
  burntIn: v.optional(key(
    textOr(policy, mapOf(v.picklist(BURNT_IN_KINDS, KIND), policy), `${POLICY}, or an object of such by kind`),
    'What is done with instances that may show in their pixels whom they are of: the delivery is held for a person, '
    + 'the instance passes, is left out, or is refused. For all of them, or by kind; what is not named is held.',
    'hold', { ultrasound: 'pass', document: 'leave-out' },
  ), 'hold'),
  keep: v.optional(key(
    listOf(elementName, 'keywords or tags'), 'Elements that are kept as they are, against the standard.',
    ['StudyDescription'],
  ), []),
  remove: v.optional(key(
    listOf(elementName, 'keywords or tags'), 'Elements that are removed beside those of the standard.',
    ['SoftwareVersions'],
  ), []),
  replace: v.optional(key(
    mapOf(elementName, ascii), 'Elements that are given a text, whatever they say. Empty: emptied.',
    { ClinicalTrialProtocolID: 'TRIAL-7', StudyDescription: 'MR head' },
  ), {}),
  safePrivate: v.optional(key(
    listOf(safePrivateBlock, 'objects'),
    'With retain-safe-private: private elements that are safe beside those of PS3.15 table E.3.10-1.',
    [{ creator: 'SIEMENS MR HEADER', group: '0019', elements: '0A-0F' }],
  ), []),
  words: v.optional(key(
    listOf(nonEmptyText, 'words'), 'Words that cleaning takes out of texts.', ['Haukeland', 'Ward 7'],
  ), []),
  patterns: v.optional(key(
    listOf(nonEmptyText, 'patterns'), 'Regular expressions (RE2); what fits one is taken out of texts.',
    ['MRN\\s*\\d+'],
  ), []),
  wayBack: v.optional(key(
    yesOrNo, 'Whether what is needed to bring results back is kept, encrypted under the key, below the data directory. '
    + 'A stream with `reidentify` needs it.',
  ), false),
});

export const deidentification = strictObject({
  key: key(
    secretReference, 'The secret from which every pseudonym follows, at least 16 bytes: in a file or variable, never '
    + 'here. Who loses it cannot make the same pseudonyms again; who has it can tell whose they are.',
    { file: '/etc/dts/deidentification.key' },
  ),
  profiles: v.optional(key(
    mapOf(name, profile), 'Profiles by name, for destinations to refer to. `basic` is always there: the basic profile '
    + 'of PS3.15 annex E without options.',
    { research: { options: ['retain-modified-dates', 'clean-descriptors'], burntIn: 'leave-out' } },
  ), {}),
});

export type DeidentificationEntry = v.InferOutput<typeof deidentification>;
export type ProfileEntry = v.InferOutput<typeof profile>;

/** The profile that is always there. */
export const BASIC_PROFILE = 'basic';

/** What a profile is that says nothing. */
export function emptyProfile(): ProfileEntry {
  return v.parse(profile, {});
}
