// Results on stdout: the only place that writes there.
//
// Promises: what is printed has been handed over whole before the command goes on, and a command whose output nobody
// takes any more (`dts log -f | head -1`), or whose disk is full, ends there. Never: messages, which belong on stderr.

import { harmlessJson } from '../job/one-line.ts';
import { OutputFault } from './output-fault.ts';

// A write that fails says so twice: to the writer below, and as an event that would end the program if nobody listened.
process.stdout.on('error', () => undefined);

/** @throws {OutputFault} */
export async function print(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error) reject(new OutputFault(error));
      else resolve();
    });
  });
}

/** Prints a value as indented JSON that holds nothing a terminal would obey. @throws {OutputFault} */
export async function printJson(value: unknown): Promise<void> {
  await print(`${harmlessJson(JSON.stringify(value, null, 2))}\n`);
}
