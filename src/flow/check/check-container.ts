// Checks that a core can be started as a container: its runtime, image, network and GPUs are there, and the image is
// the one that jobs have run so far.

import type { CoreSpecification } from '../../config/core-specification.ts';
import { askEngine, findImageDigest } from '../../core/container-engine.ts';
import { listDeviceKinds } from '../../host/container-devices.ts';
import { countGpus } from '../../host/count-gpus.ts';
import { failureText } from '../../job/failure-text.ts';
import type { UsedImage } from '../attempt/used-image.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

/** @param used what its jobs have run last */
export async function checkContainer(
  subject: string, core: CoreSpecification, used: UsedImage | undefined,
): Promise<EnvironmentFinding[]> {
  const unusable = await checkRuntime(subject, core);
  if (unusable !== undefined) return [unusable];
  return [
    await checkImage(subject, core, used),
    ...await checkNetwork(subject, core),
    ...await checkGpus(subject, core),
  ];
}

async function checkRuntime(subject: string, { runtime }: CoreSpecification): Promise<EnvironmentFinding | undefined> {
  const images = await askEngine(runtime, 'image', 'ls', '--quiet');
  if (typeof images === 'string') return undefined;
  if (images.reason === 'runtime-missing') {
    return error(subject, failureText(images), `install ${runtime}, or set runtime`);
  }
  return error(subject, `${runtime} does not work for this user: ${failureText(images)}`,
    'podman without root needs the package uidmap, and lines for this user in /etc/subuid and /etc/subgid');
}

async function checkImage(
  subject: string, { docker_image: image, runtime }: CoreSpecification, used: UsedImage | undefined,
): Promise<EnvironmentFinding> {
  const digest = await findImageDigest(runtime, image);
  if (typeof digest !== 'string') {
    return warning(subject, `image ${image} is not on this host for this user`,
      `${runtime} load < image.tar, or ${runtime} pull ${image}, as the station's user`);
  }
  if (used === undefined || used.docker_image !== image || used.imageDigest === digest) {
    return ok(subject, `runs image ${image} (${digest})`);
  }
  return warning(subject,
    `image ${image} is not the one that its jobs have run since ${used.since}: ${digest} now, ${used.imageDigest} then`,
    `the next job runs it; where that is not meant, ${runtime} tag ${used.imageDigest} ${image} puts the other back`);
}

/** Modes that both engines have, or one of them, without a network of that name. */
const MODES = /^(none|host|bridge|default|private|slirp4netns|pasta|container|ns)(:|$)/;

async function checkNetwork(subject: string, { runtime, network }: CoreSpecification): Promise<EnvironmentFinding[]> {
  if (MODES.test(network)) return [];
  const [name = ''] = network.split(':');
  const found = await askEngine(runtime, 'network', 'inspect', name);
  if (typeof found === 'string') return [];
  return [error(subject, `${runtime} has no network ${name}`, `${runtime} network create ${name}, or correct network`)];
}

async function checkGpus(subject: string, { runtime, gpus }: CoreSpecification): Promise<EnvironmentFinding[]> {
  if (gpus === 0) return [];
  const found = await countGpus() ?? 0;
  if (found < gpus) {
    const text = `it is to get ${gpus} GPUs, and this host shows ${found}`;
    return [error(subject, text, 'install their driver, or lower gpus')];
  }
  if (runtime !== 'podman' || (await listDeviceKinds()).includes('nvidia.com/gpu')) return [];
  return [error(subject, 'no file of /etc/cdi or /var/run/cdi tells Podman of GPUs of NVIDIA',
    'nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml, as root')];
}
