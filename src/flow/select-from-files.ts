// Tries a select statement on DICOM files, as though their studies had just arrived and nothing else were in the
// archive. For people who write statements: changes nothing, makes no job.

import { dirname } from 'node:path';
import { loadClassifyRules } from '../config/load-classify-rules.ts';
import { loadDictionary, type Dictionary } from '../dicom/dictionary.ts';
import { readHeader, type Header } from '../dicom/header.ts';
import { isUID } from '../dicom/uid.ts';
import type { ClassifyRule } from '../select/classify-rule.ts';
import { classifySeries } from '../select/classify.ts';
import { selectSeries } from '../select/select-series.ts';
import type { Selection } from '../select/selection.ts';
import type { FieldReference, SeriesFacts } from '../select/series-facts.ts';
import type { Statement } from '../select/statement.ts';
import { groupBy } from './group-by.ts';
import { groupSeries, placeOf, type InstancePlace, type SeriesOf } from './group-series.ts';
import { instanceFacts } from './series-facts.ts';

export interface SelectionFromFiles {
  /** What the arrival of each study would make; of the whole project, what any arrival would make. */
  readonly studies: readonly { readonly StudyInstanceUID: string; readonly selection: Selection }[];
  /** Files that are no DICOM objects of a study, with the reason. */
  readonly unreadable: readonly { readonly file: string; readonly text: string }[];
}

interface InstanceInFile extends InstancePlace {
  readonly file: string;
  readonly header: Header;
}

/** @param directory the configuration's, for the classification rules */
export async function selectFromFiles(
  statement: Statement, files: readonly string[], directory: string,
): Promise<SelectionFromFiles> {
  const instances = new Map<string, InstanceInFile>();
  const unreadable: { file: string; text: string }[] = [];
  for (const file of files) {
    const read = await readInstance(file);
    if (typeof read === 'string') unreadable.push({ file, text: read });
    else instances.set(read.SOPInstanceUID, read); // the last one stands, as in the archive
  }

  const rules = await loadClassifyRules(directory);
  const dictionary = await loadDictionary();
  const studies = groupBy(instances.values(), ({ StudyInstanceUID }) => StudyInstanceUID);
  const allSeries = [...studies.values()].flatMap(groupSeries).map((series) => factsOf(series, rules, dictionary));
  const isOfProject = statement.kind === 'select' && statement.level === 'project';
  const arriving = isOfProject ? [...studies.keys()].slice(0, 1) : [...studies.keys()];
  return {
    studies: arriving.map((StudyInstanceUID) => {
      return { StudyInstanceUID, selection: selectSeries(statement, allSeries, StudyInstanceUID) };
    }),
    unreadable,
  };
}

/** @returns the reason where it is no DICOM object of a study */
async function readInstance(file: string): Promise<InstanceInFile | string> {
  const header = await readHeader(file);
  if ('notDicom' in header) return header.notDicom;
  const place = placeOf(header);
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = place;
  if (![StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID].every(isUID)) {
    return 'no valid StudyInstanceUID, SeriesInstanceUID or SOPInstanceUID';
  }
  return { file, header, ...place };
}

function factsOf(
  { instances }: SeriesOf<InstanceInFile>, rules: readonly ClassifyRule[], dictionary: Dictionary,
): SeriesFacts {
  const [{ file, header, StudyInstanceUID, SeriesInstanceUID }] = instances;
  const facts = instances.map((instance) => instanceFacts(instance.header, dictionary));
  const value = (field: FieldReference): readonly string[] => facts[0]?.value(field) ?? [];
  return {
    StudyInstanceUID,
    SeriesInstanceUID,
    PatientID: header.text('PatientID') ?? '',
    NumImages: instances.length,
    ClassifyTypes: classifySeries(rules, facts),
    Path: dirname(file),
    value,
    varies: (field) => facts.some((one) => one.value(field).join('\\') !== value(field).join('\\')),
  };
}
