// The configuration's keys and defaults, as the schemas have them.

import { listKeys, type KeyEntry } from '../config/reference/make-page.ts';
import { SCHEMAS } from '../config/reference/schema-files.ts';
import type { FileName } from '../config/finding.ts';

/** Every key of a file that stands in one place, by its path. */
export function keysOf(file: FileName): KeyEntry[] {
  return listKeys(SCHEMAS[file]).filter((key): key is KeyEntry => !('sameAs' in key));
}

/** Where the keys of a destination that is a DICOM node are listed. */
export const DESTINATION = 'destinations.NAME(dicom)';

/** The same of one that is a DICOMweb server. */
export const DICOMWEB_DESTINATION = 'destinations.NAME(dicomweb)';

/** The default of a key, as it stands in JSON. @throws where there is no such key, or none */
export function defaultOf(file: FileName, path: string): string {
  const fallback = keysOf(file).find((key) => key.path === path)?.default;
  if (fallback === undefined) throw new Error(`${file} has no key ${path} with a default`);
  return fallback;
}

/** A key of receiver.json and its default, `limits.pduLength`, 131072 bytes by default. */
export function receiverKey(path: string, unit = ''): string {
  return `\`${path}\`, ${defaultOf('receiver.json', path)}${unit} by default`;
}
