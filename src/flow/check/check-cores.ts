// Checks that every core can be started: what runs it is there, and so is what it needs.

import type { CoreSpecification } from '../../config/core-specification.ts';
import { findProgram } from '../../core/find-program.ts';
import { fillPlaceholders, type CoreFolders } from '../../core/placeholders.ts';
import type { Station } from '../station.ts';
import { findUsedImage, type UsedImage } from '../attempt/used-image.ts';
import { checkContainer } from './check-container.ts';
import { checkServerFiles } from './check-inference-server.ts';
import { checkSlurmCommands } from './check-slurm.ts';
import { error, ok, type EnvironmentFinding } from './finding.ts';

/** Stands in for a job's folders, which a program's name does not depend on. */
const SOME_FOLDERS: CoreFolders = { data: '/data', output: '/output' };

export async function checkCores({ configuration, layout }: Station): Promise<EnvironmentFinding[]> {
  const findings: EnvironmentFinding[] = [];
  for (const { name, cores } of configuration.streams) {
    for (const [index, core] of cores.entries()) {
      const place = index + 1;
      const subject = `${cores.length === 1 ? 'core' : `core ${place}`} of ${name}`;
      findings.push(...await checkCore(subject, core, await findUsedImage(layout, name, place)));
    }
  }
  return findings;
}

async function checkCore(
  subject: string, core: CoreSpecification, used: UsedImage | undefined,
): Promise<EnvironmentFinding[]> {
  switch (core.executor) {
    case 'container':
      return checkContainer(subject, core, used);
    case 'inference-server':
      return core.inferenceServer === undefined ? [] : [await checkServerFiles(subject, core.inferenceServer)];
    case 'process':
      return [await checkProgram(subject, fillPlaceholders(core.command, SOME_FOLDERS)[0] ?? '', 'correct command')];
    case 'slurm':
      return [await checkSlurmCommands(subject, core)];
  }
}

async function checkProgram(subject: string, program: string, orElse: string): Promise<EnvironmentFinding> {
  const found = await findProgram(program, process.env['PATH'] ?? '');
  return found !== undefined ? ok(subject, `runs ${found}`)
    : error(subject, `program ${program} cannot be found or may not be executed`, `install it, or ${orElse}`);
}
