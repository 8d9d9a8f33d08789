// Section 6: the character sets that are understood.

import { CHARACTER_SETS, STANDALONE_SETS } from '../dicom/character-sets.ts';
import { table } from './table.ts';

/** Registrations whose characters take two bytes, which are met behind escape sequences only. */
const TWO_BYTES = ['87', '159', '149', '58'];

export function characterSets(): string {
  const registrations = [...CHARACTER_SETS.keys()].filter((registration) => registration !== '');
  return `## 6 Character sets

Objects are kept and sent in whatever character set they are in. To describe a study, to select series and to show
names, DTS reads these values of SpecificCharacterSet (0008,0005), several of them with code extensions of ISO 2022:

${table(['without code extensions', 'with code extensions'], [
    ['(empty)', ''],
    ...registrations.map((registration) => [
      TWO_BYTES.includes(registration) ? '' : `ISO_IR ${registration}`, `ISO 2022 IR ${registration}`,
    ]),
    ...[...STANDALONE_SETS.keys()].filter((name) => !/^UTF/.test(name)).map((name) => {
      return [/^\d+$/.test(name) ? `ISO_IR ${name}` : name, ''];
    }),
  ])}
Bytes that no character set is named for are read as ISO_IR 100.
`;
}
