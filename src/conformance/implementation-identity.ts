// What both application entities say of themselves when an association is opened.

import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../dicom/implementation.ts';

export function implementationIdentity(): string {
  return `Implementation Class UID \`${IMPLEMENTATION_CLASS_UID}\`, which stays the same in all versions; Implementation
Version Name \`${IMPLEMENTATION_VERSION_NAME}\`, which tells the version.
`;
}
