// Container images for the end-to-end tests: busybox with files of a test's own.

import type { Podman } from '../rig/podman.ts';

export interface Image {
  readonly name: string;
  /** `sha256:…`, as the station records it. */
  readonly digest: string;
}

/**
 * Makes an image of busybox with the content of a folder put over its root.
 * @param changes instructions of a Dockerfile, such as `CMD ["/core.sh"]`
 */
export function makeImage({ image, run }: Podman, name: string, root: string, ...changes: string[]): Image {
  const container = run('create', image, '/bin/true').trim();
  run('cp', `${root}/.`, `${container}:/`);
  run('commit', '--quiet', ...changes.flatMap((change) => ['--change', change]), container, name);
  run('rm', container);
  return { name, digest: `sha256:${run('image', 'inspect', '--format={{.Id}}', name).trim()}` };
}
