// The form of a subcommand: what it is called, what it takes, how it is explained, and what it does. One file a
// subcommand, each in this order; cli.ts loads only the file that is asked for.

import { Command } from 'commander';
import { EXIT, EXIT_MEANING, SIGNAL_MEANING, type ExitStatus } from './exit-status.ts';

/** Options that every subcommand has. */
export interface CommonOptions {
  readonly config?: string;
  readonly verbose?: boolean;
  /** Of those that have it, see addSite. */
  readonly site?: string;
}

export interface Declaration {
  /** The command with its arguments and options, without an action. */
  readonly command: Command;
  /** Lines `dts … ` with what each does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** The statuses that it may end with, beside those of every command. */
  readonly statuses: readonly ExitStatus[];
  /** @param options of commander, by their camel-case names; @param args in order */
  run(args: readonly string[], options: Readonly<Record<string, unknown>> & CommonOptions): Promise<ExitStatus>;
}

const OF_EVERY_COMMAND: readonly ExitStatus[] = [EXIT.done, EXIT.usage, EXIT.bug, EXIT.inputOutput, EXIT.permission];

/** A command with the options that all have. */
export function declare(name: string, summary: string): Command {
  return new Command(name)
    .description(summary)
    .option('--config <directory>',
      'where the configuration lies (default: $DTS_CONFIG, the installation\'s, /etc/dts, or config/ of a checkout)')
    .option('-v, --verbose', 'say what is done, not only what goes wrong');
}

/** For a command that can do for a site what it does for the station itself. */
export function addSite(command: Command): Command {
  return command.option('--site <site>', 'for this site of receiver.json, not for the station itself');
}

/** The statuses that a command may end with, each with its meaning. */
export function statusMeanings({ statuses }: Pick<Declaration, 'statuses'>): [status: string, meaning: string][] {
  const all = [...new Set<ExitStatus>([...OF_EVERY_COMMAND, ...statuses])].sort((a, b) => a - b);
  return [...all.map((status): [string, string] => [String(status), EXIT_MEANING[status]]), ['128+n', SIGNAL_MEANING]];
}

/** The end of a help text: examples and exit statuses. */
export function helpEnd({ examples, statuses }: Pick<Declaration, 'examples' | 'statuses'>): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const exampleLines = examples.map(([line, does]) => `  ${line.padEnd(width)}   ${does}`);
  const statusLines = statusMeanings({ statuses }).map(([status, meaning]) => `  ${status.padStart(5)}  ${meaning}`);
  return ['', 'EXAMPLES', ...exampleLines, '', 'EXIT STATUS', ...statusLines, ''].join('\n');
}
