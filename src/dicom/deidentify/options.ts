// The options of PS3.15 section E.3 that change what the Basic Application Level Confidentiality Profile does to data
// elements, and the codes by which an object says which of them it was de-identified with; and the few limits that the
// configuration checks. The two options that change pixels (113101, 113102) are not here: nothing in this program
// changes pixels. Loads nothing else, since every start of the program reads it.

/** As they are written in the configuration. */
export const DEIDENTIFICATION_OPTIONS = [
  'retain-safe-private', 'retain-uids', 'retain-device-identity', 'retain-institution-identity',
  'retain-patient-characteristics', 'retain-full-dates', 'retain-modified-dates', 'clean-descriptors',
  'clean-structured-content', 'clean-graphics',
] as const;

export type DeidentificationOption = (typeof DEIDENTIFICATION_OPTIONS)[number];

/** A code of CID 7050 (PS3.16), coding scheme DCM. */
export interface MethodCode {
  readonly CodeValue: string;
  readonly CodeMeaning: string;
}

export const BASIC_PROFILE_CODE: MethodCode = {
  CodeValue: '113100', CodeMeaning: 'Basic Application Confidentiality Profile',
};

export const OPTION_CODES: { readonly [Option in DeidentificationOption]: MethodCode } = {
  'retain-safe-private': { CodeValue: '113111', CodeMeaning: 'Retain Safe Private Option' },
  'retain-uids': { CodeValue: '113110', CodeMeaning: 'Retain UIDs Option' },
  'retain-device-identity': { CodeValue: '113109', CodeMeaning: 'Retain Device Identity Option' },
  'retain-institution-identity': { CodeValue: '113112', CodeMeaning: 'Retain Institution Identity Option' },
  'retain-patient-characteristics': { CodeValue: '113108', CodeMeaning: 'Retain Patient Characteristics Option' },
  'retain-full-dates': {
    CodeValue: '113106', CodeMeaning: 'Retain Longitudinal Temporal Information Full Dates Option',
  },
  'retain-modified-dates': {
    CodeValue: '113107', CodeMeaning: 'Retain Longitudinal Temporal Information Modified Dates Option',
  },
  'clean-descriptors': { CodeValue: '113105', CodeMeaning: 'Clean Descriptors Option' },
  'clean-structured-content': { CodeValue: '113104', CodeMeaning: 'Clean Structured Content Option' },
  'clean-graphics': { CodeValue: '113103', CodeMeaning: 'Clean Graphics Option' },
};

/** Why an instance may show whom it is of, see burnt-in.ts. As they are written in the configuration. */
export const BURNT_IN_KINDS = [
  'declared', 'secondary-capture', 'ultrasound', 'screen', 'photograph', 'video', 'document',
] as const;

export type BurntInKind = (typeof BURNT_IN_KINDS)[number];

/** In bytes. A shorter one could be found by trying. */
export const SHORTEST_KEY_BYTES = 16;
/** Characters of a pseudonym, of 28 kinds: 256 bits have 53 of them. */
export const MOST_PSEUDONYM_CHARACTERS = 48;
