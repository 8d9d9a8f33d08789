// The program: finds the subcommand, runs it, turns what comes of it into an exit status. Loads nothing that the
// subcommand does not need: cron starts it every minute.

import { Command } from 'commander';
import { helpEnd } from './commands/declaration.ts';
import { EXIT, type ExitStatus } from './commands/exit-status.ts';
import { statusOfStop } from './commands/stop-signal.ts';
import { COMMANDS } from './commands/table.ts';
import { VERSION } from './version.ts';

/** Files 0640, directories 0750 at the most: studies are nobody else's business. */
const UMASK = 0o027;

const HELP_END = `
The four that cron starts do the station's work, the others show it and step in.
dts <command> --help tells more.
`;

/** @param words the command line behind `dts` */
async function run(words: readonly string[]): Promise<ExitStatus> {
  let help = '';
  const program = new Command('dts')
    .description('Data Transfer Station: takes in DICOM studies, runs AI cores on them, delivers the results')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .commandsGroup('More:')
    .configureHelp({ subcommandTerm: termOf, commandDescription: sentenceOf })
    // What is wrong is told by ending.ts.
    .configureOutput({ writeOut: (text) => { help += text; }, writeErr: () => undefined })
    .showSuggestionAfterError()
    .addHelpText('after', HELP_END)
    .exitOverride();
  let status: ExitStatus = EXIT.done;
  const named = COMMANDS.filter(({ name }) => name === words[0]);
  for (const { load, group } of named.length > 0 ? named : COMMANDS) {
    const declaration = await load();
    const { command } = declaration;
    command.copyInheritedSettings(program).helpOption('-h, --help', 'print this help').helpGroup(group)
      .addHelpText('after', helpEnd(declaration)).action(async () => {
        status = await declaration.run(command.args, command.opts());
      });
    program.addCommand(command);
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } finally {
    if (help !== '') await (await import('./commands/print.ts')).print(help);
  }
  return status;
}

/** A subcommand as the list of commands shows it: with its arguments, without its options, which all have. */
function termOf(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...words].join(' ');
}

function sentenceOf(command: Command): string {
  const summary = command.description();
  return `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`;
}

/** The subcommand that was asked for, as messages begin with it; empty where there is none of that name. */
function commandOf([word]: readonly string[]): string {
  return COMMANDS.some(({ name }) => name === word) ? word ?? '' : '';
}

/** What was thrown where nobody could catch it: nothing is known of the state that this process is in. */
async function fall(thrown: unknown): Promise<void> {
  const { endingOf } = await import('./commands/ending.ts');
  const status = await endingOf(commandOf(words), thrown);
  process.exit(status); // what is on disk is whole at any instant
}

const words = process.argv.slice(2);
process.umask(UMASK);
process.on('uncaughtException', fall);
run(words.length === 0 ? ['--help'] : words).then((status) => {
  process.exitCode = statusOfStop() ?? status;
}, async (thrown: unknown) => {
  const { endingOf } = await import('./commands/ending.ts');
  process.exitCode = await endingOf(commandOf(words), thrown);
});
