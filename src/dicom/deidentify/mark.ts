// Says in an object that it was de-identified, and how: PS3.15 section E.1.1 items 6 to 8, PS3.3 section C.7.1.1.

import type { DataElement, DataSet } from '../tree/data-set.ts';
import type { ElementChange } from './change.ts';
import { CONFIDENTIALITY_TABLE_SOURCE, findConfidentialityRow } from './confidentiality-table.ts';
import { codeItem } from './dummy-sequence.ts';
import { asciiValue } from './dummy-value.ts';
import { BASIC_PROFILE_CODE, DEIDENTIFICATION_OPTIONS, OPTION_CODES } from './options.ts';
import type { DeidentificationProfile } from './profile.ts';
import { formatTagDigits } from './scope.ts';

const PATIENT_IDENTITY_REMOVED = 0x00120062;
const DEIDENTIFICATION_METHOD = 0x00120063;
const DEIDENTIFICATION_METHOD_CODE_SEQUENCE = 0x00120064;
const LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED = 0x00280303;

/**
 * @param original as it came: who de-identified it before us is still told
 * @param changes the list that what is done is added to
 */
export function markDeidentified(
  dataSet: DataSet, original: DataSet, profile: DeidentificationProfile, changes: ElementChange[],
): DataSet {
  const options = DEIDENTIFICATION_OPTIONS.filter((option) => profile.options.has(option));
  const codes = [BASIC_PROFILE_CODE, ...options.map((option) => OPTION_CODES[option])];
  const before = original.get(DEIDENTIFICATION_METHOD_CODE_SEQUENCE)?.value;
  const earlier = before?.kind === 'items' ? before.items : [];
  const made = new Map(dataSet);
  const set = (element: DataElement): void => {
    made.set(element.tag, element);
    const { tag, vr } = element;
    const keyword = profile.dictionary.keywordOf(tag) ?? '';
    changes.push({ path: formatTagDigits(tag), keyword, vr, action: 'add', by: 'basic' });
  };
  set(textElement(PATIENT_IDENTITY_REMOVED, 'CS', keepsIdentity(profile) ? 'NO' : 'YES'));
  set(textElement(DEIDENTIFICATION_METHOD, 'LO', methodText(codes.map(({ CodeValue }) => CodeValue))));
  set({
    tag: DEIDENTIFICATION_METHOD_CODE_SEQUENCE, vr: 'SQ', value: {
      kind: 'items',
      items: [...earlier, ...codes.map(({ CodeValue, CodeMeaning }) => codeItem(CodeValue, 'DCM', CodeMeaning))],
    },
  });
  set(textElement(LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED, 'CS', temporalInformation(profile)));
  return made;
}

/** Values of at most 64 characters. */
function methodText(codes: readonly string[]): string {
  return [CONFIDENTIALITY_TABLE_SOURCE, `Basic profile and options: ${codes.slice(0, 4).join(' ')}`,
    ...codes.length > 4 ? [codes.slice(4).join(' ')] : []].join('\\');
}

/** The site's exceptions may keep what the profile is there to remove; then nobody should believe otherwise. */
function keepsIdentity({ keep }: DeidentificationProfile): boolean {
  return [...keep].some((tag) => findConfidentialityRow(tag) !== undefined);
}

/** UNMODIFIED, MODIFIED or REMOVED (PS3.3 section C.12.1, table C.12-1). */
function temporalInformation({ options }: DeidentificationProfile): string {
  if (options.has('retain-modified-dates')) return 'MODIFIED';
  return options.has('retain-full-dates') ? 'UNMODIFIED' : 'REMOVED';
}

function textElement(tag: number, vr: string, text: string): DataElement {
  return { tag, vr, value: asciiValue(text, vr) };
}
