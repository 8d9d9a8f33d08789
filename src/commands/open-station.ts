// What most commands begin with: the configuration, the paths, the event log and the console, or the reason why not.

import type { Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load.ts';
import type { Station } from '../flow/station.ts';
import { openConsole, withConsole, type Console } from '../log/console.ts';
import { openEventLog } from '../log/event-log.ts';
import { Layout } from '../spool/layout.ts';
import { usable } from './configuration-invalid.ts';
import type { CommonOptions } from './declaration.ts';

export interface OpenStation {
  readonly station: Station;
  readonly console: Console;
}

/** Whether events are told on stderr too; not where the command itself tells what comes of its work. */
type Tells = 'events' | 'nothing';

/** @param command name of the subcommand, for messages and events */
export async function openStation(
  command: string, options: CommonOptions, tells: Tells = 'events',
): Promise<OpenStation> {
  const configuration = await openConfiguration(options);
  return stationAt(new Layout(configuration.datadir, configuration.folders), configuration, command, options, tells);
}

/** A station whose data may lie elsewhere than the configuration's own: that of a site. */
export function stationAt(
  layout: Layout, configuration: Configuration, command: string, options: CommonOptions, tells: Tells = 'events',
): OpenStation {
  const console = openConsole(command, options.verbose === true);
  const log = openEventLog(layout, command);
  const events = tells === 'events' ? withConsole(log, console) : log;
  return { station: { configuration, layout, events, now: () => new Date() }, console };
}

/** @throws {ConfigurationInvalid} */
export async function openConfiguration(options: CommonOptions): Promise<Configuration> {
  return usable(await loadConfiguration(options.config)).configuration;
}
