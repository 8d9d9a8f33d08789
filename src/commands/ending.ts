// What a command ends with when it does not return: the one place that turns what was thrown into an exit status and a
// message. Expected faults of the work are values and do not come here.

import { CommanderError } from 'commander';
import { codeOf } from '../spool/error-code.ts';
import { LeaseLost } from '../spool/lease-lost.ts';
import { ConfigurationInvalid } from './configuration-invalid.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { UsageFault } from './usage-fault.ts';

/** The exit status for something thrown, after telling the person on stderr. */
export async function endingOf(command: string, thrown: unknown): Promise<ExitStatus> {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage; // it has told already
  if (thrown instanceof ConfigurationInvalid) {
    const { formatProblems } = await import('../config/format-problems.ts');
    process.stderr.write(formatProblems(thrown.problems));
    return tell(command, EXIT.configuration, `configuration: nothing was done: ${thrown.message}; correct what is listed above`);
  }
  if (thrown instanceof UsageFault) return tell(command, EXIT.usage, `${thrown.message}; dts ${command} --help tells more`);
  if (thrown instanceof LeaseLost) return tell(command, EXIT.retry, `${thrown.message}; the next run carries on`);
  const code = codeOf(thrown);
  if (code === 'EACCES' || code === 'EPERM') {
    return tell(command, EXIT.permission, `${messageOf(thrown)}; run as the station's user, or mend the rights`);
  }
  if (code !== undefined && SYSTEM_CODE.test(code)) {
    return tell(command, EXIT.inputOutput, `${messageOf(thrown)}; the next run carries on from here`);
  }
  return tell(command, EXIT.bug, `internal error: ${thrown instanceof Error ? thrown.stack ?? '' : String(thrown)}`);
}

/** ENOSPC, EIO, EADDRINUSE …; Node.js' own codes (ERR_…) are bugs. */
const SYSTEM_CODE = /^E(?!RR_)[A-Z0-9]+$/;

function tell(command: string, status: ExitStatus, text: string): ExitStatus {
  process.stderr.write(`dts ${command}: error: ${text}\n`);
  return status;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
