// Writes the event log: one JSON object a line, one file a day (UTC), appended in single writes so that many processes
// may write at once. A line cut short by a crash is closed by whoever writes next and stepped over by readers. `tail`
// does a terminal no harm, whatever a peer called itself.
//
// Never fails the work that it tells about: when the log cannot be written (a full disk), the line goes to stderr.

import { closeSync, fstatSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { harmlessJson } from '../job/one-line.ts';
import type { Layout } from '../spool/layout.ts';
import { levelOf } from './event-level.ts';
import type { LoggedEvent, StationEvent } from './event.ts';
import { writeError } from './standard-error.ts';

const NEWLINE = 0x0a;

export interface EventLog {
  write(event: StationEvent): void;
}

/** @param command the subcommand that writes, such as `scan-arrived`. */
export function openEventLog(layout: Layout, command: string, now: () => Date = () => new Date()): EventLog {
  let file: { readonly day: string; readonly descriptor: number } | undefined;

  function descriptorOf(day: string): number {
    if (file?.day === day && isStillThere(file.descriptor, layout.eventLog(day))) return file.descriptor;
    if (file !== undefined) closeSync(file.descriptor);
    file = undefined;
    mkdirSync(layout.logs, { recursive: true, mode: 0o750 });
    file = { day, descriptor: openSync(layout.eventLog(day), 'a+', 0o640) };
    return file.descriptor;
  }

  return {
    write(event) {
      const time = now().toISOString();
      const { event: name, ...about } = event;
      const logged = { time, level: levelOf(event), event: name, command, ...about } as LoggedEvent;
      const line = `${harmlessJson(JSON.stringify(logged))}\n`;
      try {
        writeLine(descriptorOf(time.slice(0, 10)), Buffer.from(line));
      } catch (error) {
        const text = `${String(error)}; the event was ${line}`;
        writeError(`dts ${command}: error: event log: not written: ${text}`);
      }
    },
  };
}

/** Whether the file that is open still has its name: somebody may have moved it away, to keep it elsewhere. */
function isStillThere(descriptor: number, path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(descriptor).ino;
}

/** A disk that fills up takes a part without an error. */
function writeLine(descriptor: number, line: Buffer): void {
  closeCutLine(descriptor);
  const written = writeSync(descriptor, line);
  if (written < line.length) throw new Error(`cut short after ${written} of ${line.length} bytes`);
}

/** Ends the last line of the log if a crash or a full disk cut it short, whoever was writing it. */
function closeCutLine(descriptor: number): void {
  const { size } = fstatSync(descriptor);
  if (size === 0) return;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  if (last[0] !== NEWLINE) writeSync(descriptor, '\n');
}
