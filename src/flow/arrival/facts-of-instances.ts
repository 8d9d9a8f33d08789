// What a select statement may ask about a series, read from all its instances: its classes by the rules of today, its
// values, and in which of them the instances differ. Reads headers one at a time and keeps none.

import { readImageHeader } from '../../dicom/image-header.ts';
import type { ClassifyRule } from '../../select/classify-rule.ts';
import { SeriesClassifier } from '../../select/classify.ts';
import type { SeriesFacts } from '../../select/series-facts.ts';
import { DamagedFile } from '../../spool/damaged-file.ts';
import type { InstancePlace, SeriesOf } from './group-series.ts';
import { instanceFacts } from './instance-facts.ts';
import { SeriesValues, type AskedFields } from './series-values.ts';

/** An instance and the file that it is in. */
export interface InstanceInFile extends InstancePlace {
  readonly file: string;
}

/**
 * @param Path what the statement shall take for the folder of the series
 * @throws {DamagedFile} and system errors, where a file is not what it was when its place was read
 */
export async function factsOfInstances(
  { instances }: SeriesOf<InstanceInFile>, Path: string, rules: readonly ClassifyRule[], asked: AskedFields,
): Promise<SeriesFacts> {
  const [{ StudyInstanceUID, SeriesInstanceUID }] = instances;
  const about = { NumImages: instances.length, Path };
  const values = new SeriesValues(asked);
  const classifier = new SeriesClassifier(rules);
  let PatientID: string | undefined;
  for (const { file } of instances) {
    const header = await readImageHeader(file);
    if ('notDicom' in header) throw new DamagedFile(file, header.notDicom);
    PatientID ??= header.text('PatientID') ?? '';
    values.add(header);
    classifier.add(instanceFacts(header, about, asked.dictionary));
  }
  return {
    StudyInstanceUID,
    SeriesInstanceUID,
    PatientID: PatientID ?? '',
    ...about,
    ClassifyTypes: classifier.classes(),
    value: (field) => values.value(field),
    varies: (field) => values.varies(field),
  };
}
