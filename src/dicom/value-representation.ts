// Value representations (PS3.5 section 6.2): which there are and how long their length field is.

const SHORT_LENGTH_VRS = [
  'AE', 'AS', 'AT', 'CS', 'DA', 'DS', 'DT', 'FD', 'FL', 'IS', 'LO', 'LT',
  'PN', 'SH', 'SL', 'SS', 'ST', 'TM', 'UI', 'UL', 'US',
] as const;

const LONG_LENGTH_VRS = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'] as const;

/** A value representation of the standard. */
export type VR = (typeof SHORT_LENGTH_VRS)[number] | (typeof LONG_LENGTH_VRS)[number];

/** A VR field as it stands in explicit VR data: two characters, as one big-endian number. */
export interface VRField {
  vr: VR;
  /** Whether two reserved bytes and a length of 4 bytes follow, instead of a length of 2 (PS3.5 section 7.1.2). */
  longLength: boolean;
}

/** By what the VR field holds, so that no text is made of it. */
export const VR_FIELDS: ReadonlyMap<number, VRField> = new Map<number, VRField>([
  ...SHORT_LENGTH_VRS.map((vr): [number, VRField] => [codeOf(vr), { vr, longLength: false }]),
  ...LONG_LENGTH_VRS.map((vr): [number, VRField] => [codeOf(vr), { vr, longLength: true }]),
]);

/** Whether a text is a VR of the standard. */
export function isVR(text: string): text is VR {
  return text.length === 2 && VR_FIELDS.has(codeOf(text));
}

function codeOf(vr: string): number {
  return (vr.charCodeAt(0) << 8) | vr.charCodeAt(1);
}
