// Chance that can be had again: the same seed gives the same numbers in every run.

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 to below 1 (mulberry32). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below the limit; 0 where that is 0. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error('there is nothing to pick from');
    return choice;
  }

  /** Mostly short, sometimes as long as it may be. */
  length(longest: number): number {
    return Math.floor(longest * this.fraction() ** 3);
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)));
  }
}

/** The seed of a run: `DTS_FUZZ_SEED`, else always the same, so that a run in between tells the same as the last. */
export function fuzzSeed(): number {
  return Number(process.env['DTS_FUZZ_SEED'] ?? 20_261_120);
}

/** How long a run goes on: `DTS_FUZZ_SECONDS`, else as long as one of many tests may take. */
export function fuzzSeconds(usual: number): number {
  return Number(process.env['DTS_FUZZ_SECONDS'] ?? usual);
}
