// The Types (PS3.5 section 7.4) that attributes have in the IODs of single images, as far as they decide what becomes
// of an attribute whose action in table E.1-1 is a choice, `X/Z/D` and the like (PS3.3 annex A and the modules there).
//
// Where an attribute's Type is known it is followed: 3 is removed, 2 emptied, 1 given a dummy value. Everywhere else,
// in sequences and in other objects, the last of the choices is taken, which breaks no object: a dummy value and an
// empty one stand where removing might leave a hole. A UID reference is kept, with new UIDs in it.

import type { BasicAction } from './confidentiality-table.ts';

/** What is done in the end. */
export type PlainAction = 'X' | 'Z' | 'D' | 'U';

const STORAGE = '1.2.840.10008.5.1.4.1.1.';

/** IODs of General Series, General Equipment, General Image and SOP Common without enhancements of these. */
const SINGLE_IMAGES: ReadonlySet<string> = new Set(
  ['1', '2', '3.1', '4', '6.1', '7', '12.1', '12.2', '20', '128'].map((end) => STORAGE + end),
);

/** Type 3 in every IOD, by SOP Common: InstanceCreationDate, InstanceCreationTime. */
const ALWAYS_OPTIONAL: ReadonlySet<number> = new Set([0x00080012, 0x00080013]);

/** Type 3 in all of them. */
const OPTIONAL: ReadonlySet<number> = new Set([
  0x00080021, 0x00080031, // SeriesDate, SeriesTime: General Series
  0x0008002a, // AcquisitionDateTime: General Image, General Acquisition
  0x00080080, 0x00080082, 0x00081010, 0x00181000, // InstitutionName, its code, StationName, DeviceSerialNumber: Equipment
  0x00081070, 0x00081072, 0x00181030, 0x00081111, // OperatorsName, who that is, ProtocolName, performed step: Series
  0x00081110, // ReferencedStudySequence: General Study
  0x00181400, // AcquisitionDeviceProcessingDescription
]);

/** Type 3 in all but PET (2) and nuclear medicine. */
const OPTIONAL_UNLESS_NUCLEAR: ReadonlySet<number> = new Set([0x00080022, 0x00080032]); // AcquisitionDate and Time
const NUCLEAR: ReadonlySet<string> = new Set(['20', '128'].map((end) => STORAGE + end));

/** Type 2C or 2: ContentDate, ContentTime, ContrastBolusAgent. */
const EMPTIED: ReadonlySet<number> = new Set([0x00080023, 0x00080033, 0x00180010]);

/** @param isTopLevel whether it stands in the data set itself and in no item */
export function chooseAction(basic: BasicAction, tag: number, SOPClassUID: string, isTopLevel: boolean): PlainAction {
  if (isTopLevel && ALWAYS_OPTIONAL.has(tag)) return 'X';
  if (isTopLevel && SINGLE_IMAGES.has(SOPClassUID)) {
    const isOptional = OPTIONAL.has(tag) || (OPTIONAL_UNLESS_NUCLEAR.has(tag) && !NUCLEAR.has(SOPClassUID));
    if (isOptional && basic.includes('X')) return 'X';
    if (EMPTIED.has(tag) && basic.includes('Z')) return 'Z';
  }
  switch (basic) {
    case 'X': case 'Z': case 'D': case 'U': return basic;
    case 'X/Z': return 'Z';
    case 'X/D': case 'Z/D': case 'X/Z/D': return 'D';
    case 'X/Z/U*': return 'U';
  }
}
