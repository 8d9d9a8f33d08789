// Numbers that look random and are the same in every run of one seed, so that a failing run can be repeated.

/** A generator of numbers in [0, 1): Marsaglia's xorshift of 32 bits. */
export function makeRandom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
