// Recognises how the original makes a job: a chain of programs that a complete study starts. `ror init` and `ror
// config` prepare a folder, pullSelect.sh puts the select statement there, addJob.sh queues the job. Here the chain is
// one action `job`; what its `ror config --call` says is the command of the core.

import { isAbsolute, posix } from 'node:path';
import { splitCommand } from './split-command.ts';

const CHAIN_PROGRAMS: readonly string[] = ['ror', 'pullSelect.sh', 'addJob.sh'];
const SHELLS: readonly string[] = ['sh', 'bash', 'dash'];

/** Whether an exec action is part of the original's chain. `chain` is the stream's whole list of commands. */
export function isPartOfOriginalChain(cmd: readonly string[], chain: readonly (readonly string[])[]): boolean {
  if (commandsIn(cmd).some(isChainProgram)) return true;
  return isFolderForChain(cmd, chain);
}

/** The command that the original's chain gives to the core, undefined where it gives none. */
export function findChainCommand(chain: readonly (readonly string[])[]): readonly string[] | undefined {
  for (const words of chain.flatMap(commandsIn)) {
    const call = programOf(words) === 'ror' ? words[words.indexOf('--call') + 1] : undefined;
    if (call === undefined || !words.includes('--call')) continue;
    const split = splitCommand(call);
    if ('words' in split) return split.words;
  }
  return undefined;
}

function isChainProgram(words: readonly string[]): boolean {
  return CHAIN_PROGRAMS.includes(programOf(words));
}

/** `mkdir -p FOLDER` where the chain then works in FOLDER. */
function isFolderForChain(cmd: readonly string[], chain: readonly (readonly string[])[]): boolean {
  const folder = cmd.at(-1);
  if (programOf(cmd) !== 'mkdir' || folder === undefined || !isAbsolute(folder)) return false;
  return chain.flatMap(commandsIn).some((words) => isChainProgram(words) && words.includes(folder));
}

/** The command itself; of `sh -c TEXT` the commands that the text is made of. */
function commandsIn(cmd: readonly string[]): (readonly string[])[] {
  const text = SHELLS.includes(programOf(cmd)) ? cmd[cmd.findIndex((word) => /^-\w*c$/.test(word)) + 1] : undefined;
  if (text === undefined) return [cmd];
  return [cmd, ...text.split(/&&|\|\||[;|\n]/).map((part) => part.trim().split(/\s+/))];
}

function programOf(words: readonly string[]): string {
  return posix.basename(words[0] ?? '');
}
