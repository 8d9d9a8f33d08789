// Stages a job: builds data/, what its first core will read, and fixes its cores as they are configured now.
//
// Repeatable: begins by wiping what an interrupted run left. The job stays in `pending` until all of it is durable;
// the caller's rename to `staged` is the commit point.

import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoreSpecification } from '../../config/core-specification.ts';
import { mayChangeInput } from '../../core/may-change-input.ts';
import type { Failure } from '../../job/failure.ts';
import type { SelectedSeries } from '../../job/job.ts';
import {
  copyFileDurable, makeDirectoryWithin, removeFileDurable, removeTree, syncDirectories, writeJsonDurable,
} from '../../spool/durable.ts';
import { hasCode } from '../../spool/error-code.ts';
import type { StoredJob } from '../../spool/job-store.ts';
import { exists, findJson, listDirectory } from '../../spool/read.ts';
import { isShort, readSpace } from '../../spool/space.ts';
import type { InputDescription } from './input-description.ts';
import { linkInputView } from './input-view.ts';
import { linkOrCopy } from './link-or-copy.ts';
import { linkMercureInput, writeMercureTask } from './mercure-input.ts';
import { relay } from './relay.ts';
import type { SeriesDescription } from '../arrival/series-description.ts';
import type { Station } from '../station.ts';
import type { Step } from '../job/step.ts';

export async function stage(station: Station, { folder, job }: StoredJob): Promise<Step> {
  if (job.unselectable !== undefined) return { failures: [job.unselectable] };
  const stream = station.configuration.streams.find(({ name }) => name === job.stream);
  if (stream === undefined) return { failures: [{ reason: 'stream-unknown', stream: job.stream }] };
  if (job.relay) return relay(station, { folder, job });
  // Never relayed instead: what a core was to see is not what may leave.
  const [core] = stream.cores;
  if (core === undefined) return { failures: [{ reason: 'core-unknown', stream: job.stream }] };

  await removeTree(folder.data); // first, so that what an earlier try left does not count as used
  await removeTree(folder.laterCores);
  if (await exists(folder.attempt)) await removeFileDurable(folder.attempt); // a person moved it here, to begin anew
  const copied = mayChangeInput(core) ? await bytesOf(station, job.selected) : 0;
  if (isShort(await readSpace(folder.path), station.configuration.limits, copied)) {
    return { postpone: { reason: 'space-short', path: station.layout.datadir } };
  }
  await makeDirectoryWithin(folder.path, folder.input);
  const descriptions: InputDescription[] = [];
  for (const selected of job.selected) {
    const description = await stageSeries(station, folder, selected, core);
    if ('reason' in description) return { failures: [description] };
    descriptions.push(description);
  }
  await writeJsonDurable(folder.description, descriptions);
  await writeMercureTask(folder, job, core);
  await writeJsonDurable(folder.cores, stream.cores);
  await syncDirectories(folder.data);
  return { to: 'staged' };
}

/** What copies of the input take. */
async function bytesOf({ layout }: Station, selected: readonly SelectedSeries[]): Promise<number> {
  let bytes = 0;
  for (const { StudyInstanceUID, SeriesInstanceUID } of selected) {
    const links = layout.rawSeries(StudyInstanceUID, SeriesInstanceUID);
    for (const name of await listDirectory(links)) bytes += await sizeOf(join(links, name));
  }
  return bytes;
}

/** 0 where the archived instance is gone: staging tells. */
async function sizeOf(link: string): Promise<number> {
  try {
    return (await stat(link)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
}

async function stageSeries(
  station: Station, folder: StoredJob['folder'], selected: SelectedSeries, core: CoreSpecification,
): Promise<InputDescription | Failure> {
  const { StudyInstanceUID, SeriesInstanceUID, NameFromSelect } = selected;
  const description = await findJson<SeriesDescription>(
    station.layout.seriesDescription(StudyInstanceUID, SeriesInstanceUID));
  const links = station.layout.rawSeries(StudyInstanceUID, SeriesInstanceUID);
  const instances = await listDirectory(links);
  if (description === undefined || instances.length === 0) return { reason: 'series-missing', SeriesInstanceUID };
  for (const SOPInstanceUID of instances) {
    const staged = await stageInstance(join(links, SOPInstanceUID), join(folder.input, `${SOPInstanceUID}.dcm`), core);
    if (!staged) return { reason: 'series-missing', SeriesInstanceUID };
  }
  await linkMercureInput(folder, SeriesInstanceUID, instances);
  return {
    ...description,
    NameFromSelect,
    NumFiles: instances.length,
    ProcessDataPath: '/data',
    InputViewDICOMSeriesPath: await linkInputView(folder, description, instances),
  };
}

/**
 * A hard link into the archive will do where the core cannot write through it. Another gets a copy (which shares its
 * blocks where the file system can).
 * @returns false where the archived instance is gone
 */
async function stageInstance(link: string, staged: string, core: CoreSpecification): Promise<boolean> {
  try {
    const archived = await realpath(link);
    if (mayChangeInput(core)) await copyFileDurable(archived, staged);
    else await linkOrCopy(archived, staged);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    if (hasCode(error, 'EEXIST')) return true; // another selected study holds an instance of that UID: the same
    throw error;
  }
}
