// Which image the cores of a stream run on this host, and since when: so that a tag that names another one is told.
//
// Written by whoever starts a core, and only when something has changed. A kill between the start and the note leaves
// the note as it was: the next start writes it.

import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { CoreRun } from '../../core/executor.ts';
import type { Job } from '../../job/job.ts';
import { makeDirectoryDurable, writeJsonDurable } from '../../spool/durable.ts';
import type { Layout } from '../../spool/layout.ts';
import { findText, parseLine } from '../../spool/read.ts';
import { aboutJob } from '../about.ts';
import type { Station } from '../station.ts';

/** images/<host>/<stream>.<place>.json. */
export interface UsedImage {
  /** As the configuration names it. */
  readonly docker_image: string;
  /** `sha256:…`. */
  readonly imageDigest: string;
  /** When a core first ran it under that name, ISO 8601 UTC. */
  readonly since: string;
}

/** What the core at a place of a stream's chain ran last on this host. A note that is damaged is as good as none. */
export async function findUsedImage(layout: Layout, stream: string, place: number): Promise<UsedImage | undefined> {
  const [used] = parseLine<UsedImage>(await findText(layout.usedImage(hostname(), stream, place)) ?? '');
  return used;
}

/** Notes what a core was just started from, and tells where the same name stood for another image before. */
export async function noteUsedImage(station: Station, job: Job, run: CoreRun, imageDigest: string): Promise<void> {
  const { docker_image } = run.core;
  const used = await findUsedImage(station.layout, run.stream, run.place);
  const isSameName = used?.docker_image === docker_image;
  if (isSameName && used.imageDigest === imageDigest) return;
  if (isSameName) {
    const { imageDigest: from, since } = used;
    station.events.write({ event: 'image-changed', ...aboutJob(job), docker_image, from, since, to: imageDigest });
  }
  const path = station.layout.usedImage(hostname(), run.stream, run.place);
  const now: UsedImage = { docker_image, imageDigest, since: station.now().toISOString() };
  await makeDirectoryDurable(dirname(path));
  await writeJsonDurable(path, now);
}
