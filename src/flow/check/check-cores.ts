// Checks that every core can be started: its program or its runtime and image are there.

import type { CoreSpecification } from '../../config/core-specification.ts';
import type { Stream } from '../../config/configuration.ts';
import { askEngine } from '../../core/container-engine.ts';
import { findProgram } from '../../core/find-program.ts';
import { fillPlaceholders, type CoreFolders } from '../../core/placeholders.ts';
import { failureText } from '../../job/failure-text.ts';
import { checkServerFiles } from './check-inference-server.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

/** Stands in for a job's folders, which a program's name does not depend on. */
const SOME_FOLDERS: CoreFolders = { data: '/data', output: '/output' };

export async function checkCores(streams: readonly Stream[]): Promise<EnvironmentFinding[]> {
  const findings: EnvironmentFinding[] = [];
  for (const { name, cores } of streams) {
    for (const [index, core] of cores.entries()) {
      const which = cores.length === 1 ? 'core' : `core ${index + 1}`;
      findings.push(await checkCore(`${which} of ${name}`, core));
    }
  }
  return findings;
}

async function checkCore(subject: string, core: CoreSpecification): Promise<EnvironmentFinding> {
  if (core.inferenceServer !== undefined) return checkServerFiles(subject, core.inferenceServer);
  if (core.executor === 'process') {
    const [program = ''] = fillPlaceholders(core.command, SOME_FOLDERS);
    const found = await findProgram(program, process.env['PATH'] ?? '');
    return found !== undefined ? ok(subject, `runs ${found}`)
      : error(subject, `program ${program} cannot be found or may not be executed`, 'install it, or correct command');
  }
  const image = await askEngine(core.runtime, 'image', 'inspect', '--format={{.Id}}', core.docker_image);
  if (typeof image === 'string') return ok(subject, `runs image ${core.docker_image} (${image.trim()})`);
  if (image.reason === 'runtime-missing') {
    return error(subject, failureText(image), `install ${core.runtime}, or set runtime`);
  }
  const others = await askEngine(core.runtime, 'image', 'ls', '--quiet');
  if (typeof others !== 'string') {
    return error(subject, `${core.runtime} does not work for this user: ${failureText(others)}`,
      'podman without root needs the package uidmap, and lines for this user in /etc/subuid and /etc/subgid');
  }
  return warning(subject, `image ${core.docker_image} is not on this host for this user`,
    `${core.runtime} load < image.tar, or ${core.runtime} pull, as the station's user`);
}
