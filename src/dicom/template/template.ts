// What a template is: text with placeholders for the values of an instance, such as
// `{StudyDate:YYYY-MM-DD}/{SeriesNumber:03}_{SeriesDescription|ProtocolName|'no description'}`. Types only.
//
//   {Keyword}                         the first value; nothing where the element is absent or empty
//   {Keyword[2]}                      the third value
//   {Sequence[0].Keyword}             of the first item of a sequence
//   {PatientName.family}              a component of a person's name; also given, middle, prefix, suffix
//   {(0018,1030)}                     by tag
//   {(0019,xx0C,SIEMENS MR HEADER)}   of the private block of that creator, wherever it lies
//   {A|B|text}                        the first of them that comes to something; a text stands last
//   {Keyword:format:format}           formats are applied in their order: see format.ts
//   {{ and }}                         braces

import type { VR } from '../value-representation.ts';
import type { Format } from './format.ts';

export interface Template {
  /** As it was written. */
  readonly source: string;
  readonly parts: readonly TemplatePart[];
}

/** Text that stands as it is, or what takes its place: the first alternative that comes to something. */
export type TemplatePart = string | Placeholder;

export interface Placeholder {
  /** As it was written, with its braces. */
  readonly source: string;
  readonly alternatives: readonly Alternative[];
}

export type Alternative = { readonly text: string } | ValueReference;

export interface ValueReference {
  readonly path: ElementPath;
  /** Of the values, counted from 0. */
  readonly valueIndex: number;
  readonly nameParts?: NameParts;
  readonly formats: readonly Format[];
}

/** The way to an element: through items of sequences, where there are any. */
export interface ElementPath {
  readonly items: readonly { readonly sequence: ElementKey; readonly itemIndex: number }[];
  readonly element: ElementKey;
}

/** An element within a dataset, by its tag (group << 16 | element, unsigned) or within a creator's private block. */
export type ElementKey =
  | { readonly tag: number; readonly vr: VR | undefined }
  /** `element` is its last two digits: PS3.5 section 7.8.1. */
  | { readonly group: number; readonly creator: string; readonly element: number };

/** Which of the groups of a person's name, and which component of that; of all of it where left out. */
export interface NameParts {
  readonly group?: NameGroup;
  readonly component?: NameComponent;
}

/** In the order in which they are written, between `=`: PS3.5 section 6.2.1.1. */
export const NAME_GROUPS = ['alphabetic', 'ideographic', 'phonetic'] as const;
export type NameGroup = (typeof NAME_GROUPS)[number];

/** In the order in which they are written, between `^`. */
export const NAME_COMPONENTS = ['family', 'given', 'middle', 'prefix', 'suffix'] as const;
export type NameComponent = (typeof NAME_COMPONENTS)[number];

/** What is wrong with the text of a template. */
export interface TemplateProblem {
  /** Counted from 1, in UTF-16 code units. */
  readonly character: number;
  /** What is wrong there, in a few words. */
  readonly message: string;
  /** The keyword that does not exist, for suggestions. */
  readonly unknownKeyword?: string;
}

/** What templates ask of the data dictionary. */
export interface Vocabulary {
  readonly tagOf: (keyword: string) => number | undefined;
  readonly vrOf: (tag: number) => VR | undefined;
}

/** Where the values come from: of an element all its values as text, without padding; none where it is absent. */
export interface TemplateValues {
  readonly texts: (path: ElementPath) => readonly string[];
}
