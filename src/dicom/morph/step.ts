// The steps of a morph, ready to be taken: elements found in the dictionary, patterns compiled, templates parsed. Types
// only. They are made out of the configuration by src/config/compile-morph.ts.

import type { Template } from '../template/template.ts';
import type { VR } from '../value-representation.ts';
import type { ElementPath } from './element-path.ts';

/** What is done about a value that is longer than its VR takes. */
export type OnTooLong = 'fail' | 'cut';

/** How a value is written. */
export interface Writing {
  readonly onTooLong: OnTooLong;
  /** Whether sequences and items on the way are made where they are missing. */
  readonly createItems: boolean;
  /** Of an element that is made; undefined: that of the dictionary. */
  readonly vr: VR | undefined;
}

export type MorphAction =
  /** `default`: only where the element is absent or empty. */
  | { readonly type: 'set' | 'default'; readonly element: ElementPath; readonly values: readonly Template[];
      readonly writing: Writing }
  /** All texts are brought into UTF-8: see morph-tree.ts. */
  | { readonly type: 'unicode' }
  | { readonly type: 'remove'; readonly elements: readonly ElementPath[] }
  | { readonly type: 'copy'; readonly from: ElementPath; readonly to: ElementPath; readonly writing: Writing }
  /** Of each value on its own; `replace` gives the text with every match replaced. */
  | { readonly type: 'replace'; readonly element: ElementPath; readonly with: Template;
      readonly replace: (text: string, replacement: string) => string; readonly writing: Writing };

export interface MorphStep {
  /** Its place in the list, 1 for the first. */
  readonly number: number;
  readonly action: MorphAction;
  /** Whether it is taken for an instance, by the values of its top level as they are at that step. */
  readonly when: (textsOf: TextsOf) => boolean;
}

/** The values of an element by its tag; none where it is absent. */
export type TextsOf = (tag: number) => readonly string[];

/** What a step did to one element. */
export interface MorphChange {
  readonly step: number;
  /** For people: `PatientName`, `RequestAttributesSequence[0].ScheduledProcedureStepID`. */
  readonly element: string;
  readonly action: 'added' | 'changed' | 'removed';
}

/** Why a step cannot be taken for an instance. */
export interface MorphFault {
  readonly step: number;
  readonly element: string;
  /** Such as `has 70 characters, and VR LO takes 64`. No value stands in it: it is told in the log. */
  readonly text: string;
}
