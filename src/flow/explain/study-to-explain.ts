// A study that is to be explained, from the archive or from files that a person names, with everything that the select
// statements of all streams may ask about it.

import { loadClassifyRules } from '../../config/load-classify-rules.ts';
import { loadDictionary } from '../../dicom/dictionary.ts';
import type { SeriesFacts } from '../../select/series-facts.ts';
import type { Statement } from '../../select/statement.ts';
import { readFactsOfFiles, type FactsOfFiles } from './facts-of-files.ts';
import { factsOfInstances } from '../arrival/facts-of-instances.ts';
import { keywordsAskedBy } from '../arrival/judge-stream.ts';
import { readStudy, type UnreadableFile } from '../arrival/read-study.ts';
import { statementOf } from '../arrival/select-for-jobs.ts';
import { readOtherCandidates } from '../arrival/series-facts.ts';
import { AskedFields } from '../arrival/series-values.ts';
import type { Station } from '../station.ts';

export interface StudyToExplain {
  readonly StudyInstanceUID: string;
  readonly series: readonly SeriesFacts[];
  /** Files in its folder of the archive that cannot be read: as long as there are some, it is set aside. */
  readonly unreadable: readonly UnreadableFile[];
  /** What a statement may select from when the study arrives: its own series, and those of others in the archive. */
  candidates(statement: Statement): Promise<readonly SeriesFacts[]>;
}

/** A study as its instances in the archive are now, described yet or not. Without series where there is none. */
export async function readStudyToExplain(station: Station, StudyInstanceUID: string): Promise<StudyToExplain> {
  const { layout, configuration } = station;
  const asked = await askedBy(station);
  const rules = await loadClassifyRules(configuration.directory);
  const study = await readStudy(layout, StudyInstanceUID);
  const series: SeriesFacts[] = [];
  for (const one of study.series) {
    const Path = layout.rawSeries(StudyInstanceUID, one.SeriesInstanceUID);
    series.push(await factsOfInstances(one, Path, rules, asked));
  }
  return { ...studyToExplain(station, StudyInstanceUID, series, asked), unreadable: study.unreadable };
}

/** Every study that DICOM files belong to, as though it had come in. */
export async function readFilesToExplain(
  station: Station, files: readonly string[],
): Promise<{ readonly studies: readonly StudyToExplain[] } & Pick<FactsOfFiles, 'unreadable'>> {
  const asked = await askedBy(station);
  const { studies, series, unreadable } = await readFactsOfFiles(files, asked, station.configuration.directory);
  return {
    studies: studies.map((study) => {
      return studyToExplain(station, study, series.filter(({ StudyInstanceUID }) => StudyInstanceUID === study), asked);
    }),
    unreadable,
  };
}

function studyToExplain(
  { layout }: Station, StudyInstanceUID: string, series: readonly SeriesFacts[], asked: AskedFields,
): StudyToExplain {
  return {
    StudyInstanceUID,
    series,
    unreadable: [],
    candidates: async (statement) => {
      return [...series, ...await readOtherCandidates(layout, statement, StudyInstanceUID, series, asked)];
    },
  };
}

async function askedBy({ configuration: { streams } }: Station): Promise<AskedFields> {
  return new AskedFields(streams.map(statementOf), await loadDictionary(), streams.flatMap(keywordsAskedBy));
}
