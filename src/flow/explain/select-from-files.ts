// Tries a select statement on the series of DICOM files, as though their studies had just arrived and nothing else were
// in the archive. Makes no job.

import { selectSeries } from '../../select/select-series.ts';
import type { Selection } from '../../select/selection.ts';
import type { Statement } from '../../select/statement.ts';
import type { FactsOfFiles } from './facts-of-files.ts';

/** What the arrival of a study would make. */
export interface SelectionOfStudy {
  readonly StudyInstanceUID: string;
  readonly selection: Selection;
}

/** What the arrival of each study would make; of the whole project, what any arrival would make. */
export function selectFromFiles(statement: Statement, { studies, series }: FactsOfFiles): SelectionOfStudy[] {
  const isOfProject = statement.kind === 'select' && statement.level === 'project';
  return studies.slice(0, isOfProject ? 1 : undefined).map((StudyInstanceUID) => {
    return { StudyInstanceUID, selection: selectSeries(statement, series, StudyInstanceUID) };
  });
}
