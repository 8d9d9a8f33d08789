// DCMTK's programs as independent judges of what was written. Tests that need one skip, with the reason, where it is
// not installed.

import { spawnSync } from 'node:child_process';

/** A reason to skip, or false where the program can run. */
export function skipWithout(program: string): string | false {
  const { error } = spawnSync(program, ['--version'], { stdio: 'ignore' });
  return error === undefined ? false : `${program} (DCMTK) is not installed`;
}

/** Exit status and both outputs of a DCMTK program. */
export function runDcmtk(
  program: string,
  parameters: string[],
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(program, parameters, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { status, stdout, stderr };
}
