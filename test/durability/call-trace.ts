// What strace saw of a process: its system calls that write, name, sync or send, each with the places in the trace at
// which it began and ended. Two calls of different threads overlap where neither ended before the other began.

import { readFile } from 'node:fs/promises';

/** The calls to be traced. strace leaves out those with a question mark where the machine does not have them. */
const CALLS = [
  'openat', '?open', '?creat', 'write', 'writev', 'pwrite64', 'pwritev', '?pwritev2', 'ftruncate', 'fallocate',
  'fsync', 'fdatasync', 'sync', '?syncfs', 'sync_file_range', '?link', 'linkat',
  '?rename', '?renameat', 'renameat2', '?unlink', 'unlinkat', '?mkdir', 'mkdirat',
  '?utime', '?utimes', 'utimensat', '?futimesat', 'sendto', 'sendmsg', 'sendmmsg', 'sendfile',
].join();

/** Options of strace: all threads, paths and peers of descriptors, and enough of each text for an answer. */
export const straceOptions = (file: string): readonly string[] =>
  ['-f', '-yy', '-x', '-s', '1024', '-e', `trace=${CALLS}`, '-e', 'signal=none', '-o', file];

export interface Call {
  readonly name: string;
  /** As strace wrote them, between the brackets. */
  readonly args: string;
  readonly result: number;
  readonly began: number;
  readonly ended: number;
}

const BEGUN = /^(.*) <unfinished \.\.\.>$/;
const RESUMED = /^<\.\.\. \w+ resumed>(.*)$/;
const WHOLE = /^(?<name>\w+)\((?<args>.*)\)\s+= (?<result>-?\d+)/;

/** Every call that has ended, in order of its end. */
export async function readCallTrace(file: string): Promise<Call[]> {
  const calls: Call[] = [];
  const unfinished = new Map<string, { readonly text: string; readonly began: number }>();
  for (const [at, line] of (await readFile(file, 'latin1')).split('\n').entries()) {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const begun = BEGUN.exec(text)?.[1];
    if (begun !== undefined) {
      unfinished.set(thread, { text: begun, began: at });
      continue;
    }
    const rest = RESUMED.exec(text)?.[1];
    const beginning = rest === undefined ? undefined : unfinished.get(thread);
    const { name, args, result } = WHOLE.exec((beginning?.text ?? '') + (rest ?? text))?.groups ?? {};
    if (name === undefined || args === undefined) continue; // the end of a thread, or of the process
    calls.push({ name, args, result: Number(result), began: beginning?.began ?? at, ended: at });
  }
  return calls;
}

/** The texts among the arguments: paths, or what was written. */
export function textsOf({ args }: Call): Buffer[] {
  return [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => unescape(text));
}

/** What the first argument, a descriptor, stands for: a path, or `TCP:[from->to]`. */
export function targetOf({ args }: Call): string | undefined {
  return /^\d+<(.*?)>(?:, |$)/.exec(args)?.[1];
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', v: '\v', f: '\f' };

function unescape(text: string): Buffer {
  return Buffer.from(text.replace(/\\(?:x([0-9a-f]{2})|([0-7]{1,3})|(.))/g, (_, hex, octal, letter) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
    return ESCAPED[letter] ?? letter;
  }), 'latin1');
}
