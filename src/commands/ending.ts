// What a command ends with when it does not return: the one place that turns what was thrown into an exit status and a
// message. Expected faults of the work are values and do not come here.

import { CommanderError } from 'commander';
import { DamagedFile } from '../spool/damaged-file.ts';
import { codeOf } from '../spool/error-code.ts';
import { LeaseLost } from '../spool/lease-lost.ts';
import { writeError } from '../log/standard-error.ts';
import { oneLine } from '../job/one-line.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { OutputFault } from './output-fault.ts';
import { WrongUser } from './station-user.ts';
import { ConfigurationInvalid } from './usable-configuration.ts';
import { UsageFault } from './usage-fault.ts';

/**
 * The exit status for something thrown, after telling the person on stderr.
 * @param command the subcommand; empty where there is none
 */
export async function endingOf(command: string, thrown: unknown): Promise<ExitStatus> {
  if (thrown instanceof CommanderError) return endingOfCommander(command, thrown);
  if (thrown instanceof OutputFault) return endingOfOutput(command, thrown);
  if (thrown instanceof ConfigurationInvalid) {
    const { formatProblems } = await import('../config/format-problems.ts');
    writeError(formatProblems(thrown.problems));
    const text = `configuration: nothing was done: ${thrown.message}; correct what is listed above`;
    return tell(command, EXIT.configuration, text);
  }
  if (thrown instanceof WrongUser) return tell(command, EXIT.permission, `not begun: ${thrown.message}`);
  if (thrown instanceof UsageFault) return tell(command, EXIT.usage, `${thrown.message}; ${moreHelp(command)}`);
  if (thrown instanceof LeaseLost) return tell(command, EXIT.retry, `${thrown.message}; the next run carries on`);
  if (thrown instanceof DamagedFile) {
    return tell(command, EXIT.data, `${thrown.path} is damaged: ${thrown.message}; mend it, or take away what it belongs to`);
  }
  const code = codeOf(thrown);
  if (code === 'EACCES' || code === 'EPERM') {
    return tell(command, EXIT.permission, `${messageOf(thrown)}; run as the station's user, or mend the rights`);
  }
  if (code !== undefined && SYSTEM_CODE.test(code)) {
    const next = 'nothing is left half done; try again once that is mended';
    return tell(command, EXIT.inputOutput, `${messageOf(thrown)}; ${next}`);
  }
  const stack = thrown instanceof Error ? thrown.stack ?? '' : String(thrown);
  writeError(`${nameOf(command)}: error: internal error: ${stack.split('\n').map(oneLine).join('\n')}\n`);
  return EXIT.bug;
}

/** ENOSPC, EIO, EADDRINUSE …; Node.js' own codes (ERR_…) are bugs. */
const SYSTEM_CODE = /^E(?!RR_)[A-Z0-9]+$/;

/** Thrown also after help. `error: unknown option '--stat'\n(Did you mean --state?)` becomes a line of ours. */
function endingOfCommander(command: string, { exitCode, code, message }: CommanderError): ExitStatus {
  if (exitCode === 0) return EXIT.done;
  if (code === 'commander.help') return tell(command, EXIT.usage, `there is no such command; ${moreHelp(command)}`);
  const text = message.replace(/^error: /, '')
    .replace(/\.?\n\(Did you mean (.*)\?\)$/s, '; did you mean $1?')
    .replace(/\.$/, '');
  return tell(command, EXIT.usage, `${text}; ${moreHelp(command)}`);
}

/** A reader that has seen enough (`dts jobs | head`) is no fault. */
function endingOfOutput(command: string, { code, message }: OutputFault): ExitStatus {
  if (code === 'EPIPE') return EXIT.done;
  return tell(command, EXIT.inputOutput, `output: not written: ${message}; make room there and ask again`);
}

function tell(command: string, status: ExitStatus, text: string): ExitStatus {
  writeError(`${nameOf(command)}: error: ${oneLine(text)}\n`);
  return status;
}

function nameOf(command: string): string {
  return command === '' ? 'dts' : `dts ${command}`;
}

function moreHelp(command: string): string {
  if (command === '') return 'dts --help lists the commands, whose options stand behind their names';
  return `${nameOf(command)} --help tells more`;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
