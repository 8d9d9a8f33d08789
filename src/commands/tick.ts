// How the commands that cron starts run: look whether there is anything to do, load what the work needs only then, and
// again until the time of --for is up.
//
// A tick with nothing to do should cost little more than starting Node.js: nothing but the configuration is read before
// it has looked.

import { loadConfiguration } from '../config/load.ts';
import { Layout } from '../spool/layout.ts';
import type { CommonOptions } from './declaration.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import type { OpenStation } from './open-station.ts';
import { repeat, validateRepetition, type Repetition } from './repeat.ts';
import { stopSignal } from './stop-signal.ts';
import { configurationFor, usable } from './usable-configuration.ts';

/**
 * @param command name of the subcommand
 * @param isIdle whether there is nothing to do
 * @param work what there is to do, with the station opened; imports what it needs itself
 * @param repetition how one round of it follows the other
 */
export async function tick(
  command: string,
  options: CommonOptions & Repetition,
  isIdle: (layout: Layout) => boolean,
  work: (opened: OpenStation, signal: AbortSignal) => Promise<ExitStatus>,
  repetition: typeof repeat = repeat,
): Promise<ExitStatus> {
  validateRepetition(options, undefined);
  const cheap = await loadConfiguration(options.config, { selection: 'later' });
  // Whoever mends a configuration wants to hear of all that is wrong with it.
  const loaded = usable('problems' in cheap ? await loadConfiguration(options.config) : cheap);
  const { datadir, folders } = configurationFor(loaded, options.site);
  const layout = new Layout(datadir, folders);
  const signal = stopSignal();
  let opened: OpenStation | undefined;
  return repetition(options, signal, async () => {
    if (isIdle(layout)) return EXIT.done;
    opened ??= await open(command, options, layout);
    return work(opened, signal);
  });
}

async function open(command: string, options: CommonOptions, layout: Layout): Promise<OpenStation> {
  const { openStation } = await import('./open-station.ts');
  const { mustBeStationUser } = await import('./station-user.ts');
  await mustBeStationUser(layout);
  return openStation(command, options);
}
