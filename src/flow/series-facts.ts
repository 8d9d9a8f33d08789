// What select statements and classification rules ask about series, answered from headers.

import type { Dictionary } from '../dicom/dictionary.ts';
import { readHeader, type Header } from '../dicom/header.ts';
import type { InstanceFacts } from '../select/classify.ts';
import type { FieldReference, SeriesFacts } from '../select/series-facts.ts';
import { hasCode } from '../spool/error-code.ts';
import type { Layout } from '../spool/layout.ts';
import { findJson, listDirectory } from '../spool/read.ts';
import type { SeriesDescription, StudyDescription } from './series-description.ts';

/** Facts of one instance, for classification. */
export function instanceFacts(header: Header, dictionary: Dictionary): InstanceFacts {
  return { value: (field) => valuesOf(header, field, dictionary) };
}

/** Facts of every described series of a study; a series whose archived instance is gone is left out. */
export async function readSeriesFacts(
  layout: Layout, StudyInstanceUID: string, dictionary: Dictionary,
): Promise<SeriesFacts[]> {
  const study = await findJson<StudyDescription>(layout.studyDescription(StudyInstanceUID));
  const facts: SeriesFacts[] = [];
  for (const SeriesInstanceUID of study?.series ?? []) {
    const path = layout.seriesDescription(StudyInstanceUID, SeriesInstanceUID);
    const description = await findJson<SeriesDescription>(path);
    if (description === undefined) continue;
    const first = layout.rawInstance(StudyInstanceUID, SeriesInstanceUID, description.FirstSOPInstanceUID);
    const header = await findHeader(first);
    if (header === undefined) continue;
    facts.push({
      StudyInstanceUID,
      SeriesInstanceUID,
      PatientID: description.PatientID,
      NumImages: description.NumFiles,
      ClassifyTypes: description.ClassifyTypes,
      Path: description.Path,
      value: (field) => valuesOf(header, field, dictionary),
    });
  }
  return facts;
}

/** undefined where the archived instance is gone, or cannot be read any more */
async function findHeader(link: string): Promise<Header | undefined> {
  try {
    const header = await readHeader(link);
    return 'notDicom' in header ? undefined : header;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Facts of every series in the archive, for statements that select a patient or the project. */
export async function readAllSeriesFacts(layout: Layout, dictionary: Dictionary): Promise<SeriesFacts[]> {
  const facts: SeriesFacts[] = [];
  for (const StudyInstanceUID of await listDirectory(layout.raw)) {
    facts.push(...await readSeriesFacts(layout, StudyInstanceUID, dictionary));
  }
  return facts;
}

function valuesOf(header: Header, field: FieldReference, dictionary: Dictionary): readonly string[] {
  const tag = typeof field === 'string' ? dictionary.tagOf(field) : ((field[0] << 16) | field[1]) >>> 0;
  return tag === undefined ? [] : header.texts(tag);
}
