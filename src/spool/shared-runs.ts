// Lets many who wait for the same slow step share it. Whoever asks gets a run that began after the question, so that
// what was written before is covered by it; all who ask while one is under way share the next.
//
// This is what makes an fsync bearable for many associations at once, and what keeps one of them from taking a name for
// durable that another has only just made.

interface Runs {
  readonly current: Promise<void>;
  next?: Promise<void>;
}

export class SharedRuns {
  readonly #runs = new Map<string, Runs>();

  /** Runs the step of this key. Rejects as the run does that it shares; one run's failure is not the next one's. */
  run(key: string, step: () => Promise<void>): Promise<void> {
    const runs = this.#runs.get(key);
    if (runs === undefined) return this.#start(key, step);
    runs.next ??= runs.current.then(
      () => this.#start(key, step),
      () => this.#start(key, step), // whoever shared the failed one was told
    );
    return runs.next;
  }

  #start(key: string, step: () => Promise<void>): Promise<void> {
    const runs: Runs = { current: step() };
    this.#runs.set(key, runs);
    const forget = () => {
      if (runs.next === undefined) this.#runs.delete(key);
    };
    runs.current.then(forget, forget);
    return runs.current;
  }
}
