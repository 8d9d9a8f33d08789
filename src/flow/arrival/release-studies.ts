// Lets studies that streams wait for go on with what there is of them: a person knows that nothing more will come.

import { join } from 'node:path';
import { readHeader } from '../../dicom/header.ts';
import { writeRelease } from '../../spool/arrival-notes.ts';
import { findJson, listDirectory } from '../../spool/read.ts';
import type { StudyDescription } from './series-description.ts';
import type { Station } from '../station.ts';
import { surveyArrivals } from './survey-arrivals.ts';

export interface ReleasedStudy {
  readonly StudyInstanceUID: string;
  /** Empty where nothing says it. */
  readonly AccessionNumber: string;
}

/**
 * Only notes it: the next `scan-arrived` sees to them. Repeatable; after a crash the event may stand without the note.
 * @param meant a StudyInstanceUID or an AccessionNumber @param by the user who wants it
 * @returns the studies; none where nothing of such waits
 */
export async function releaseStudies(station: Station, meant: string, by: string): Promise<ReleasedStudy[]> {
  const { arrivals } = await surveyArrivals(station);
  const arriving = new Set(arrivals.map(({ origin }) => origin.StudyInstanceUID));
  const released: ReleasedStudy[] = [];
  for (const StudyInstanceUID of arriving) {
    const AccessionNumber = await findAccessionNumber(station, StudyInstanceUID);
    if (meant !== StudyInstanceUID && (meant !== AccessionNumber || meant === '')) continue;
    station.events.write({ event: 'arrival-released', StudyInstanceUID, AccessionNumber, by });
    await writeRelease(station.layout, StudyInstanceUID, { by, releasedAt: station.now().toISOString() });
    released.push({ StudyInstanceUID, AccessionNumber });
  }
  return released;
}

/** As described, or as an instance has it where it was not described yet. */
async function findAccessionNumber({ layout }: Station, StudyInstanceUID: string): Promise<string> {
  const study = await findJson<StudyDescription>(layout.studyDescription(StudyInstanceUID));
  if (study !== undefined) return study.AccessionNumber;
  const folder = layout.archivedStudy(StudyInstanceUID);
  const [name] = await listDirectory(folder);
  if (name === undefined) return '';
  const header = await readHeader(join(folder, name));
  return 'notDicom' in header ? '' : header.text('AccessionNumber') ?? '';
}
