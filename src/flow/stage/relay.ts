// A stream without a core: the received instances themselves are the result.
//
// Repeatable: begins by wiping what an interrupted run left. The caller's rename to `validated` is the commit point.

import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readHeader } from '../../dicom/header.ts';
import type { Failure } from '../../job/failure.ts';
import type { ResultInstance } from '../../job/job.ts';
import { makeDirectoryWithin, removeTree, syncDirectory, writeJsonDurable } from '../../spool/durable.ts';
import { hasCode } from '../../spool/error-code.ts';
import type { StoredJob } from '../../spool/job-store.ts';
import type { JobFolder } from '../../spool/layout.ts';
import { exists, listDirectory } from '../../spool/read.ts';
import { readInstance } from '../arrival/read-study.ts';
import { linkOrCopy } from './link-or-copy.ts';
import type { Station } from '../station.ts';
import type { Step } from '../job/step.ts';

export async function relay(station: Station, { folder, job }: Pick<StoredJob, 'folder' | 'job'>): Promise<Step> {
  await removeTree(folder.result);
  await makeDirectoryWithin(folder.path, folder.result);
  const instances: ResultInstance[] = [];
  for (const name of job.instances ?? []) {
    const instance = await relayArrived(station.layout.archivedFile(job.arrival.StudyInstanceUID, name), folder);
    if ('reason' in instance) return { failures: [instance] };
    instances.push(instance);
  }
  for (const { StudyInstanceUID, SeriesInstanceUID } of job.instances === undefined ? job.selected : []) {
    const links = station.layout.rawSeries(StudyInstanceUID, SeriesInstanceUID);
    const SOPInstanceUIDs = await listDirectory(links);
    if (SOPInstanceUIDs.length === 0) return { failures: [{ reason: 'series-missing', SeriesInstanceUID }] };
    for (const SOPInstanceUID of SOPInstanceUIDs) {
      const to = folder.resultInstance(SOPInstanceUID);
      const instance = await relayInstance(join(links, SOPInstanceUID), to, SOPInstanceUID, SeriesInstanceUID);
      if ('reason' in instance) return { failures: [instance] };
      instances.push(instance);
    }
  }
  await syncDirectory(folder.result);
  await writeJsonDurable(folder.resultList, { instances, predictions: [] });
  return { to: 'validated' };
}

/** One of a batch of instances that are relayed as they arrive. */
async function relayArrived(file: string, folder: JobFolder): Promise<ResultInstance | Failure> {
  if (!await exists(file)) return { reason: 'instance-unreadable', file, text: 'it is not in the archive any more' };
  const place = await readInstance(file);
  if ('text' in place) return { reason: 'instance-unreadable', ...place };
  const { SOPInstanceUID, SeriesInstanceUID } = place;
  return relayInstance(file, folder.resultInstance(SOPInstanceUID), SOPInstanceUID, SeriesInstanceUID);
}

async function relayInstance(
  link: string, to: string, SOPInstanceUID: string, SeriesInstanceUID: string,
): Promise<ResultInstance | Failure> {
  try {
    const archived = await realpath(link);
    const header = await readHeader(archived);
    if ('notDicom' in header) return { reason: 'instance-unreadable', file: archived, text: header.notDicom };
    await linkOrCopy(archived, to);
    const { size } = await stat(archived);
    const SOPClassUID = header.text('SOPClassUID') ?? '';
    const { TransferSyntaxUID } = header;
    return { SOPInstanceUID, SOPClassUID, SeriesInstanceUID, TransferSyntaxUID, source: archived, bytes: size };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { reason: 'series-missing', SeriesInstanceUID };
    throw error;
  }
}
