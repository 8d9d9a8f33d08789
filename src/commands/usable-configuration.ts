// The configuration that a command works with, the station's own or that of a site, or why there is none.

import type { Configuration } from '../config/configuration.ts';
import type { ConfigurationProblem } from '../config/finding.ts';
import type { LoadedConfiguration, UsableConfiguration } from '../config/load.ts';
import { unknownWord } from './usage-fault.ts';

/** ending.ts prints every problem and makes exit status 78 of it. */
export class ConfigurationInvalid extends Error {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(`the configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`);
    this.problems = problems;
  }
}

/** @throws {ConfigurationInvalid} */
export function usable(loaded: LoadedConfiguration): UsableConfiguration {
  if ('problems' in loaded) throw new ConfigurationInvalid(loaded.problems);
  return loaded;
}

/**
 * The configuration as it holds for a site, or for the station itself where none is named.
 * @throws {UsageFault} where there is no such site
 */
export function configurationFor(usable: UsableConfiguration, site: string | undefined): Configuration {
  if (site === undefined) return usable.configuration;
  const found = usable.findSite(site);
  if (found === undefined) throw unknownWord('site', site, Object.keys(usable.configuration.receiver.sites));
  return found;
}
