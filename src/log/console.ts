// What a command says on stderr: `dts <subcommand>: <level>: <text>`, one line a message. Warnings and errors always,
// the normal course only when asked (-v), so that cron has nothing to mail while all is well.

import { oneLine } from '../job/one-line.ts';
import type { EventLog } from './event-log.ts';
import { levelOf } from './event-level.ts';
import { eventText } from './event-text.ts';
import type { Level } from './event.ts';
import { writeError } from './standard-error.ts';

/** Where messages go; stderr outside of tests. */
export interface MessageStream {
  write(text: string): unknown;
}

export interface Console {
  message(level: Level, text: string): void;
}

export function openConsole(
  command: string, verbose: boolean, stream: MessageStream = { write: writeError },
): Console {
  return {
    message(level, text) {
      if (level === 'info' && !verbose) return;
      stream.write(`dts ${command}: ${level}: ${oneLine(text)}\n`);
    },
  };
}

/** An event log that also tells the console. */
export function withConsole(events: EventLog, console: Console): EventLog {
  return {
    write(event) {
      events.write(event);
      console.message(levelOf(event), eventText(event));
    },
  };
}
