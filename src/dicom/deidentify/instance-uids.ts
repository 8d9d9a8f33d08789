// Which UIDs name an instance, a device or anything else of this site, and which mean the same everywhere.

import { PRIVATE_STORAGE_SOP_CLASSES } from '../private-sop-classes.ts';
import { isUID } from '../uid.ts';

/** Registered by the standard: SOP classes, transfer syntaxes, coding schemes, well-known frames of reference. */
const STANDARD_ROOT = '1.2.840.10008.';

const PRIVATE_CLASSES: ReadonlySet<string> = new Set(PRIVATE_STORAGE_SOP_CLASSES.map(([UID]) => UID));

/** Elements that hold the UID of a class, a coding scheme or an implementation, of whatever root. */
const CLASS_ELEMENTS: ReadonlySet<number> = new Set([
  0x00041510, 0x00041512, 0x0004151a, 0x00080016, 0x0008001a, 0x0008001b, 0x00080062, 0x0008010c, 0x0008010d,
  0x00080117, 0x00080118, 0x00081150, 0x0008115a, 0x00083002,
]);

/** Whether a value of an element names something that a pseudonym must stand for. What is no UID at all, too. */
export function isInstanceUID(tag: number, text: string): boolean {
  return text !== '' && !CLASS_ELEMENTS.has(tag) && !PRIVATE_CLASSES.has(text)
    && !(isUID(text) && text.startsWith(STANDARD_ROOT));
}
