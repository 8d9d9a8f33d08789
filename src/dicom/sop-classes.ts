// Which SOP classes there are to store, and what they are called.

import { PRIVATE_STORAGE_SOP_CLASSES } from './private-sop-classes.ts';
import { STANDARD_STORAGE_SOP_CLASSES } from './standard-sop-classes.ts';

/** Verification (C-ECHO), PS3.4 annex A. */
export const VERIFICATION_SOP_CLASS = '1.2.840.10008.1.1';

/** Every Storage SOP class that is known, of the standard or private: its name by its UID. */
export const STORAGE_SOP_CLASSES: ReadonlyMap<string, string> = new Map([
  ...STANDARD_STORAGE_SOP_CLASSES,
  ...PRIVATE_STORAGE_SOP_CLASSES,
]);

/** Whether a UID is that of a known Storage SOP class. */
export function isStorageSOPClass(UID: string): boolean {
  return STORAGE_SOP_CLASSES.has(UID);
}

/** What people call a SOP class; for an unknown one the UID itself. */
export function sopClassName(UID: string): string {
  return UID === VERIFICATION_SOP_CLASS ? 'Verification' : (STORAGE_SOP_CLASSES.get(UID) ?? UID);
}
