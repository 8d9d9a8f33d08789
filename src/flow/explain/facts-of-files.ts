// What a select statement may ask about DICOM files that a person names: the same as about the archive, as though their
// studies had just arrived. For people who write statements: changes nothing.

import { dirname } from 'node:path';
import { loadClassifyRules } from '../../config/load-classify-rules.ts';
import { readHeader } from '../../dicom/header.ts';
import { isUID } from '../../dicom/uid.ts';
import type { SeriesFacts } from '../../select/series-facts.ts';
import { factsOfInstances, type InstanceInFile } from '../arrival/facts-of-instances.ts';
import { groupBy } from '../group-by.ts';
import { groupSeries, placeOf } from '../arrival/group-series.ts';
import type { AskedFields } from '../arrival/series-values.ts';

export interface FactsOfFiles {
  /** In the order in which their first files come. */
  readonly studies: readonly string[];
  /** The series of all of them. */
  readonly series: readonly SeriesFacts[];
  /** Files that are no DICOM objects of a study, with the reason. */
  readonly unreadable: readonly { readonly file: string; readonly text: string }[];
}

/** @param directory the configuration's, for the classification rules */
export async function readFactsOfFiles(
  files: readonly string[], asked: AskedFields, directory: string,
): Promise<FactsOfFiles> {
  const instances = new Map<string, InstanceInFile>();
  const unreadable: { file: string; text: string }[] = [];
  for (const file of files) {
    const read = await readPlace(file);
    if (typeof read === 'string') unreadable.push({ file, text: read });
    else instances.set(read.SOPInstanceUID, read); // the last one stands, as in the archive
  }

  const rules = await loadClassifyRules(directory);
  const studies = groupBy(instances.values(), ({ StudyInstanceUID }) => StudyInstanceUID);
  const series: SeriesFacts[] = [];
  for (const one of [...studies.values()].flatMap(groupSeries)) {
    series.push(await factsOfInstances(one, dirname(one.instances[0].file), rules, asked));
  }
  return { studies: [...studies.keys()], series, unreadable };
}

/** @returns the reason where it is no DICOM object of a study */
async function readPlace(file: string): Promise<InstanceInFile | string> {
  const header = await readHeader(file);
  if ('notDicom' in header) return header.notDicom;
  const place = placeOf(header);
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = place;
  if (![StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID].every(isUID)) {
    return 'no valid StudyInstanceUID, SeriesInstanceUID or SOPInstanceUID';
  }
  return { file, ...place };
}
