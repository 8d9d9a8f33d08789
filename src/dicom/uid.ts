// Recognises unique identifiers (PS3.5 section 9).

const UID_SHAPE = /^[0-9]+(?:\.[0-9]+)*$/;
/** In characters. */
export const LONGEST_UID = 64;

/**
 * Whether a text is a UID: 1..64 characters, digits and single dots, no empty component (so never `.` or `..`).
 * A component with a leading zero breaks PS3.5 section 9.1, yet many devices send such UIDs; it is accepted.
 */
export function isUID(text: string): boolean {
  return text.length <= LONGEST_UID && UID_SHAPE.test(text);
}
