// The configuration cannot be used. ending.ts prints every problem and makes exit status 78 of it.

import type { ConfigurationProblem } from '../config/finding.ts';
import type { LoadedConfiguration } from '../config/load.ts';

export class ConfigurationInvalid extends Error {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(`the configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`);
    this.problems = problems;
  }
}

type UsableConfiguration = Extract<LoadedConfiguration, { configuration: unknown }>;

/** @throws {ConfigurationInvalid} */
export function usable(loaded: LoadedConfiguration): UsableConfiguration {
  if ('problems' in loaded) throw new ConfigurationInvalid(loaded.problems);
  return loaded;
}
