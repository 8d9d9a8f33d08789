// Writes what a study is: links and descriptions in raw/, a link in participants/. Repeatable: a second run over the
// same archive changes nothing, one over a grown archive completes it.

import { readlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { encodeForPath } from '../../dicom/path-encoding.ts';
import {
  makeDirectoryDurable, pointSymbolicLink, removeFileDurable, syncDirectory, writeJsonDurable,
} from '../../spool/durable.ts';
import { hasCode } from '../../spool/error-code.ts';
import type { Layout } from '../../spool/layout.ts';
import { listDirectory } from '../../spool/read.ts';
import { describeSeries, studyDescription, type SeriesDescription } from './series-description.ts';
import { readInstanceHeader, type ArchivedSeries, type ArchivedStudy } from './read-study.ts';

/** Gives a series in a folder its classes, as the rules say, and reads its headers for that, one at a time. */
export type Classify = (series: ArchivedSeries, folder: string) => Promise<readonly string[]>;

/** What no link says. */
const NO_LINK = '';

/** @param participants whether site/participants/ is kept */
export async function describeStudy(
  layout: Layout, study: ArchivedStudy, classify: Classify, participants: boolean,
): Promise<void> {
  const descriptions: SeriesDescription[] = [];
  for (const series of study.series) {
    await linkInstances(layout, study.StudyInstanceUID, series);
    const folder = layout.rawSeries(study.StudyInstanceUID, series.SeriesInstanceUID);
    const first = await readInstanceHeader(series.instances[0]);
    const description = describeSeries(series, first, folder, await classify(series, folder));
    descriptions.push(description);
    await writeJsonDurable(layout.seriesDescription(study.StudyInstanceUID, series.SeriesInstanceUID), description);
  }
  const [series] = study.series;
  if (series === undefined) return;
  const first = await readInstanceHeader(series.instances[0]);
  await writeJsonDurable(layout.studyDescription(study.StudyInstanceUID), studyDescription(first, descriptions));
  if (participants) {
    const session = `${first.text('StudyDate') ?? ''}_${first.text('StudyTime') ?? ''}`;
    await linkParticipant(layout, first.text('PatientID') ?? '', encodeForPath(session), study.StudyInstanceUID);
  }
}

/** raw/<StudyInstanceUID>/<SeriesInstanceUID>/<SOPInstanceUID>, relative links into the archive. */
async function linkInstances(layout: Layout, StudyInstanceUID: string, series: ArchivedSeries): Promise<void> {
  const folder = layout.rawSeries(StudyInstanceUID, series.SeriesInstanceUID);
  await makeDirectoryDurable(folder);
  let changed = false;
  for (const { SOPInstanceUID, file } of series.instances) {
    const target = relative(folder, file);
    const path = join(folder, SOPInstanceUID);
    if (await findLinkTarget(path) === target) continue;
    await pointSymbolicLink(path, target);
    changed = true;
  }
  await removeOtherLinks(folder, new Set(series.instances.map(({ SOPInstanceUID }) => SOPInstanceUID)));
  if (changed) await syncDirectory(folder);
}

/** An instance may have come again in another series, or have been cleaned away. */
async function removeOtherLinks(folder: string, SOPInstanceUIDs: ReadonlySet<string>): Promise<void> {
  for (const name of await listDirectory(folder)) {
    const path = join(folder, name);
    if (!SOPInstanceUIDs.has(name) && await findLinkTarget(path) !== NO_LINK) await removeFileDurable(path);
  }
}

/**
 * participants/<PatientID>/<StudyDate>_<StudyTime>, a relative link to the study in raw/. Where another study of that
 * patient has the same date and time, `_2`, `_3` … is added.
 */
async function linkParticipant(
  layout: Layout, PatientID: string, session: string, StudyInstanceUID: string,
): Promise<void> {
  const folder = layout.participant(PatientID);
  const target = relative(folder, layout.rawStudy(StudyInstanceUID));
  for (let number = 1; ; number += 1) {
    const path = join(folder, number === 1 ? session : `${session}_${number}`);
    const existing = await findLinkTarget(path);
    if (existing === target) return;
    if (existing !== undefined) continue;
    await makeDirectoryDurable(folder);
    await pointSymbolicLink(path, target);
    await syncDirectory(dirname(path));
    return;
  }
}

/** What a symbolic link says, undefined where there is nothing, NO_LINK where there is something else. */
async function findLinkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (hasCode(error, 'EINVAL')) return NO_LINK;
    throw error;
  }
}
