// dts log: the event log for people.

import { eventText } from '../log/event-text.ts';
import type { Level, LoggedEvent } from '../log/event.ts';
import { followEvents, readEvents } from '../log/read-events.ts';
import { harmlessJson } from '../job/one-line.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT } from './exit-status.ts';
import { loadColours } from './format-table.ts';
import { openStation } from './open-station.ts';
import { print } from './print.ts';
import { parseSince } from './since.ts';
import { stopSignal } from './stop-signal.ts';
import { unknownWord } from './usage-fault.ts';

interface Options extends CommonOptions {
  readonly follow?: boolean;
  readonly job?: string;
  readonly stream?: string;
  readonly study?: string;
  readonly level?: string;
  readonly since?: Date;
  readonly json?: boolean;
}

const LEVELS: readonly Level[] = ['info', 'warning', 'error'];

export const log: Declaration = {
  command: addSite(declare('log', 'show the event log'))
    .option('-f, --follow', 'go on with what is written from now on')
    .option('--job <job>', 'only of jobs whose JobId is or begins with this')
    .option('--stream <name>', 'only of this stream')
    .option('--study <uid>', 'only of this StudyInstanceUID')
    .option('--level <level>', `this level and above: ${LEVELS.join(', ')}`)
    .option('--since <when>', 'since: 2h, 3d, or a date such as 2026-11-20; without it, the last day', parseSince)
    .option('--json', 'the lines as they stand in the log'),
  examples: [
    ['dts log', 'the last day'],
    ['dts log -f --level warning', 'what goes wrong, as it happens'],
    ['dts log --study 1.2.840.113619.2.55 --since 7d --json | jq .', 'all of a study'],
  ],
  statuses: [EXIT.configuration],
  async run(_args, options: Options) {
    const { level = 'info' } = options;
    if (!(LEVELS as readonly string[]).includes(level)) throw unknownWord('level', level, LEVELS);
    const { station: { layout, now } } = await openStation('log', options);
    const colours = await loadColours();
    const since = options.since ?? new Date(now().getTime() - 86_400_000);
    const wanted = (event: LoggedEvent): boolean => event.time >= since.toISOString()
      && LEVELS.indexOf(event.level) >= LEVELS.indexOf(level as Level)
      && (options.job === undefined || ('JobId' in event && event.JobId.startsWith(options.job)))
      && (options.stream === undefined || ('stream' in event && event.stream === options.stream))
      && (options.study === undefined || ('StudyInstanceUID' in event && event.StudyInstanceUID === options.study));
    const paint = { info: colours.reset, warning: colours.yellow, error: colours.red };
    const show = async (event: LoggedEvent): Promise<void> => {
      if (!wanted(event)) return;
      if (options.json === true) return print(`${harmlessJson(JSON.stringify(event))}\n`);
      const { time, level: said, command } = event;
      const level = (paint[said] ?? colours.reset)(said.padEnd(7));
      const line = [colours.dim(time), level, `${command}: ${eventText(event)}`];
      await print(`${line.join('  ')}\n`);
    };
    const sinceDay = since.toISOString().slice(0, 10);
    if (options.follow !== true) {
      for await (const event of readEvents(layout, { sinceDay })) await show(event);
      return EXIT.done;
    }
    for await (const event of followEvents(layout, { sinceDay, signal: stopSignal() })) await show(event);
    return EXIT.done;
  },
};
