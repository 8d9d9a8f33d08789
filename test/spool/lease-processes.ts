// Processes that take and hold leases for a test, asked one word at a time.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SHIFTED_CLOCK } from '../rig/hosts.ts';

export interface Holder {
  readonly process: ChildProcess;
  /** Says a word and waits for the answer. */
  ask(word: 'take' | 'check' | 'give'): Promise<string>;
  /** Says a word; the answer is the next that `answer` gives. */
  tell(word: 'take' | 'check' | 'give'): void;
  answer(): Promise<string>;
  /** SIGKILL. */
  die(): Promise<void>;
}

/**
 * Starts one and waits until it listens; it is gone after the test.
 * @param clockSeconds how far its clock is ahead of that of everybody else
 */
export async function startHolder(
  t: Pick<TestContext, 'after'>, datadir: string, name: string, clockSeconds = 0,
): Promise<Holder> {
  const program = fileURLToPath(new URL('lease-holder.ts', import.meta.url));
  const args = ['--import', SHIFTED_CLOCK, '--import', 'tsx', program, datadir, name];
  const env = { ...process.env, DTS_TEST_CLOCK_SECONDS: String(clockSeconds) };
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await answers.next();
    if (done === true) throw new Error('the holder ended');
    return value;
  };
  const die = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  t.after(die);
  const tell = (word: string): void => void child.stdin.write(`${word}\n`);
  await answer(); // ready
  return {
    process: child, tell, answer, die,
    ask(word) {
      tell(word);
      return answer();
    },
  };
}
