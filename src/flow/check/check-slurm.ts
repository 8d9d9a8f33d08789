// Checks what is submitted to Slurm: that this host can, and that the cluster would take it. What the nodes have, such
// as images and the shared folders, only they can tell.

import type { Stream } from '../../config/configuration.ts';
import type { CoreSpecification } from '../../config/core-specification.ts';
import { findProgram } from '../../core/find-program.ts';
import { trySubmission } from '../../core/slurm/try-submission.ts';
import { failureText } from '../../job/failure-text.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

const COMMANDS = ['sbatch', 'squeue', 'scancel'];

/** Looks for programs only. */
export async function checkSlurmCommands(subject: string, core: CoreSpecification): Promise<EnvironmentFinding> {
  for (const program of COMMANDS) {
    if (await findProgram(program, process.env['PATH'] ?? '') !== undefined) continue;
    return error(subject, `${program} cannot be found on this host, so nothing can be submitted to Slurm`,
      'install slurm-client and the cluster\'s slurm.conf and munge key, as docs/slurm.md tells, or set executor');
  }
  const { runtime = 'process', partition = '' } = core.slurm ?? {};
  const what = runtime === 'process' ? 'a process' : `${runtime} image ${core.docker_image}`;
  return ok(subject, `is submitted to Slurm${partition === '' ? '' : `, partition ${partition}`}, as ${what}`);
}

/** Has the cluster judge each core that is submitted to it; nothing is. */
export async function checkSubmissions(streams: readonly Stream[]): Promise<EnvironmentFinding[]> {
  const findings: EnvironmentFinding[] = [];
  for (const { name, cores } of streams) {
    for (const core of cores) {
      if (core.executor === 'slurm') findings.push(await checkSubmission(`Slurm for ${name}`, core));
    }
  }
  return findings;
}

async function checkSubmission(subject: string, core: CoreSpecification): Promise<EnvironmentFinding> {
  const tried = await trySubmission(core);
  if (!('reason' in tried)) return ok(subject, `would take it (${tried.said})`);
  const text = failureText(tried);
  return tried.reason === 'slurm-refused' ? error(subject, text, 'correct slurm, memory, cpus or gpus')
    : warning(subject, text, 'look whether the cluster is up (sinfo) and munged runs here; jobs wait for it');
}
