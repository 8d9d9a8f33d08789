// What a select statement may ask about the series of the archive, answered from descriptions and headers.

import { loadDictionary } from '../../dicom/dictionary.ts';
import type { Header } from '../../dicom/header.ts';
import { readImageHeader } from '../../dicom/image-header.ts';
import type { SeriesFacts } from '../../select/series-facts.ts';
import type { Statement } from '../../select/statement.ts';
import { hasCode } from '../../spool/error-code.ts';
import type { Layout } from '../../spool/layout.ts';
import { findJson, listDirectory } from '../../spool/read.ts';
import type { SeriesDescription, StudyDescription } from './series-description.ts';
import { AskedFields, SeriesValues } from './series-values.ts';
import { mapSideBySide } from '../side-by-side.ts';

/** Facts of every series that a statement may select from when a study arrives, that study having been described. */
export async function readCandidates(
  layout: Layout, statement: Statement, StudyInstanceUID: string,
): Promise<SeriesFacts[]> {
  const asked = new AskedFields([statement], await loadDictionary());
  const own = await readSeriesFacts(layout, StudyInstanceUID, asked);
  return [...own, ...await readOtherCandidates(layout, statement, StudyInstanceUID, own, asked)];
}

/**
 * Facts of the series of other studies that a statement may select from when a study arrives: for `patient` of those of
 * its PatientID, for `project` of all.
 * @param own the series of the study that arrives
 */
export async function readOtherCandidates(
  layout: Layout, statement: Statement, StudyInstanceUID: string, own: readonly SeriesFacts[], asked: AskedFields,
): Promise<SeriesFacts[]> {
  const level = statement.kind === 'glob' ? 'series' : statement.level;
  if (level === 'series' || level === 'study') return [];
  const patients = new Set(own.map(({ PatientID }) => PatientID).filter((PatientID) => PatientID !== ''));
  const others = (await listDirectory(layout.raw)).filter((study) => study !== StudyInstanceUID);
  return (await mapSideBySide(others, async (other) => {
    const study = await findJson<StudyDescription>(layout.studyDescription(other));
    if (study === undefined || (level === 'patient' && !patients.has(study.PatientID))) return [];
    return readDescribedSeries(layout, study, asked);
  })).flat();
}

/** Facts of the described series of a study; a series whose archived instance is gone is left out. */
export async function readSeriesFacts(
  layout: Layout, StudyInstanceUID: string, asked: AskedFields,
): Promise<SeriesFacts[]> {
  const study = await findJson<StudyDescription>(layout.studyDescription(StudyInstanceUID));
  return study === undefined ? [] : readDescribedSeries(layout, study, asked);
}

async function readDescribedSeries(
  layout: Layout, { StudyInstanceUID, series }: StudyDescription, asked: AskedFields,
): Promise<SeriesFacts[]> {
  const facts: SeriesFacts[] = [];
  for (const SeriesInstanceUID of series) {
    const path = layout.seriesDescription(StudyInstanceUID, SeriesInstanceUID);
    const description = await findJson<SeriesDescription>(path);
    if (description === undefined) continue;
    const first = await findHeader(
      layout.rawInstance(StudyInstanceUID, SeriesInstanceUID, description.FirstSOPInstanceUID));
    if (first === undefined) continue;
    const values = new SeriesValues(asked);
    values.add(first);
    facts.push({
      StudyInstanceUID,
      SeriesInstanceUID,
      PatientID: description.PatientID,
      NumImages: description.NumFiles,
      ClassifyTypes: description.ClassifyTypes,
      Path: description.Path,
      value: (field) => values.value(field),
    });
  }
  return facts;
}

/** Undefined where the archived instance is gone, or cannot be read any more. */
async function findHeader(link: string): Promise<Header | undefined> {
  try {
    const header = await readImageHeader(link);
    return 'notDicom' in header ? undefined : header;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
