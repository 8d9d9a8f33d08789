// The program: finds the subcommand, runs it, turns what comes of it into an exit status. Loads nothing that the
// subcommand does not need: cron starts it every minute.

import { Command } from 'commander';
import { helpEnd } from './commands/declaration.ts';
import { EXIT, type ExitStatus } from './commands/exit-status.ts';
import { COMMANDS } from './commands/table.ts';
import { VERSION } from './version.ts';

/** Files 0640, directories 0750 at the most: studies are nobody else's business. */
const UMASK = 0o027;

/** @param words the command line behind `dts` */
async function run(words: readonly string[]): Promise<ExitStatus> {
  const program = new Command('dts')
    .description('Data Transfer Station: takes in DICOM studies, runs AI cores on them, delivers the results')
    .version(VERSION)
    .showSuggestionAfterError()
    .addHelpText('after', `\nThe station's work is done by receive, scan-arrived, run-one-job and forward, which cron starts every
minute. status, jobs, deliveries, explain and log show it. dts <command> --help tells more.\n`)
    .exitOverride();
  let status: ExitStatus = EXIT.done;
  const named = COMMANDS.filter(({ name }) => name === words[0]);
  for (const { load } of named.length > 0 ? named : COMMANDS) {
    const declaration = await load();
    const { command } = declaration;
    command.copyInheritedSettings(program).addHelpText('after', helpEnd(declaration)).action(async () => {
      status = await declaration.run(command.args, command.opts());
    });
    program.addCommand(command);
  }
  await program.parseAsync(words, { from: 'user' });
  return status;
}

/** What was thrown where nobody could catch it. */
async function fall(thrown: unknown): Promise<void> {
  // A reader that has seen enough (`dts jobs | head`) is no fault.
  const isGone = thrown instanceof Error && 'code' in thrown && thrown.code === 'EPIPE' && 'syscall' in thrown;
  const { endingOf } = await import('./commands/ending.ts');
  const status = isGone ? EXIT.done : await endingOf(words[0] ?? '', thrown);
  process.exit(status); // nothing is known of the state that this process is in; what is on disk is whole at any instant
}

const words = process.argv.slice(2);
process.umask(UMASK);
process.on('uncaughtException', fall);
run(words.length === 0 ? ['--help'] : words).then((status) => { process.exitCode = status; }, async (thrown: unknown) => {
  const { endingOf } = await import('./commands/ending.ts');
  process.exitCode = await endingOf(words[0] ?? '', thrown);
});
