// Programs that the bench runs to their end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** DCMTK waits 40 ms with every message without it. */
export const DCMTK_ENVIRONMENT: NodeJS.ProcessEnv = { ...process.env, TCP_NODELAY: '1' };

/**
 * Resolves, with what it printed, when it has ended with 0; throws when it ended otherwise.
 * Ends it on the signal, and throws the signal's reason.
 */
export async function runToEnd(
  program: string, args: readonly string[], signal: AbortSignal, cwd = '/', started?: (pid: number) => void,
): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(program, args, { cwd, env: DCMTK_ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) started?.(child.pid);
  const end = () => child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  try {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => { printed += text; });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { printed += text; });
    const [status, endedBy] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
    signal.throwIfAborted();
    if (status !== 0) throw new Error(`${program} ended with ${status ?? endedBy}:\n${printed}`);
    return printed;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** What others have written before is not to be written while the clock runs. */
export async function settle(folder: string, signal: AbortSignal): Promise<void> {
  await runToEnd('sync', ['--file-system', folder], signal);
}
