// The one part of dcmjs used here; the package brings no types.

declare module 'dcmjs/dictionary' {
  /** By tag in the form `(0010,0020)`, or of a range of groups `(6000-60FF,3000)`; private ones in other forms. */
  export const dictionary: Record<string, { tag?: string; vr?: string; vm?: string; name?: string }>;
}
