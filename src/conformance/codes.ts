// Codes as the standard prints them.

/** A Status, `0xA700`. */
export function hex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A range of them, `0xA700–0xA7FF`. */
export function hexRange(first: number, last: number): string {
  return first === last ? hex(first) : `${hex(first)}–${hex(last)}`;
}
