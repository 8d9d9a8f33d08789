// What most commands begin with: the configuration, the paths, the event log and the console, or the reason why not.

import type { Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load.ts';
import { separateSites } from '../config/sites.ts';
import type { Station } from '../flow/station.ts';
import { openConsole, withConsole, type Console } from '../log/console.ts';
import { openEventLog } from '../log/event-log.ts';
import { Layout } from '../spool/layout.ts';
import type { CommonOptions } from './declaration.ts';
import { configurationFor, usable } from './usable-configuration.ts';

export interface OpenStation {
  /** That of the site where one is named. */
  readonly station: Station;
  /** Its sites that have a receiver of their own; none where it is a site itself. */
  readonly sites: readonly Station[];
  readonly console: Console;
}

/** Whether events are told on stderr too; not where the command itself tells what comes of its work. */
type Tells = 'events' | 'nothing';

/**
 * @param command name of the subcommand, for messages and events
 * @throws {ConfigurationInvalid}
 * @throws {UsageFault} where there is no such site
 */
export async function openStation(
  command: string, options: CommonOptions, tells: Tells = 'events',
): Promise<OpenStation> {
  const loaded = usable(await loadConfiguration(options.config));
  const console = openConsole(command, options.verbose === true);
  const open = (configuration: Configuration): Station => {
    const layout = new Layout(configuration.datadir, configuration.folders);
    const log = openEventLog(layout, command);
    const events = tells === 'events' ? withConsole(log, console) : log;
    return { configuration, layout, events, now: () => new Date() };
  };
  const station = open(configurationFor(loaded, options.site));
  const sites = separateSites(station.configuration).map((site) => open(configurationFor(loaded, site)));
  return { station, sites, console };
}

/** @throws {ConfigurationInvalid} */
export async function openConfiguration(options: CommonOptions): Promise<Configuration> {
  return configurationFor(usable(await loadConfiguration(options.config)), options.site);
}
