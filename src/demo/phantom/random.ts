// Random numbers from a seed: the same seed gives the same numbers on every machine, for noise that can be repeated.
// Never for identifiers or secrets.

/** A source of numbers with the standard normal distribution (mean 0, standard deviation 1). */
export type Gaussian = () => number;

/**
 * Numbers with the standard normal distribution by the Marsaglia polar method over a 32 bit generator
 * (a Weyl sequence with a murmur-like finish, period 2^32). Any integer is a seed.
 */
export function createGaussian(seed: number): Gaussian {
  const uniform = createUniform(seed);
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        spare = y * scale;
        return x * scale;
      }
    }
  };
}

/** Numbers from 0 up to 1. */
function createUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
