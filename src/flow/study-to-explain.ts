// A study that is to be explained, from the archive or from files that a person names, with everything that the select
// statements of all streams may ask about it.

import { loadClassifyRules } from '../config/load-classify-rules.ts';
import type { Stream } from '../config/configuration.ts';
import { loadDictionary } from '../dicom/dictionary.ts';
import { parseStatement } from '../select/parse-statement.ts';
import type { SeriesFacts } from '../select/series-facts.ts';
import type { Statement } from '../select/statement.ts';
import { readFactsOfFiles, type FactsOfFiles } from './facts-of-files.ts';
import { factsOfInstances } from './facts-of-instances.ts';
import { readStudy } from './read-study.ts';
import { keywordsAskedBy } from './judge-stream.ts';
import { readOtherCandidates } from './series-facts.ts';
import { AskedFields } from './series-values.ts';
import type { Station } from './station.ts';

export interface StudyToExplain {
  readonly StudyInstanceUID: string;
  readonly series: readonly SeriesFacts[];
  /** The statement of a stream's core; undefined where the stream has no core. */
  statementOf(stream: Stream): Statement | undefined;
  /** What a statement may select from when the study arrives: its own series, and those of others in the archive. */
  candidates(statement: Statement): Promise<readonly SeriesFacts[]>;
}

/** A study as its instances in the archive are now, described yet or not. Without series where there is none. */
export async function readStudyToExplain(station: Station, StudyInstanceUID: string): Promise<StudyToExplain> {
  const { layout, configuration } = station;
  const statements = statementsOf(configuration.streams);
  const keywords = configuration.streams.flatMap(keywordsAskedBy);
  const asked = new AskedFields([...statements.values()], await loadDictionary(), keywords);
  const rules = await loadClassifyRules(configuration.directory);
  const series: SeriesFacts[] = [];
  for (const one of (await readStudy(layout, StudyInstanceUID)).series) {
    const Path = layout.rawSeries(StudyInstanceUID, one.SeriesInstanceUID);
    series.push(await factsOfInstances(one, Path, rules, asked));
  }
  return studyToExplain(station, StudyInstanceUID, series, statements, asked);
}

/** Every study that DICOM files belong to, as though it had come in. */
export async function readFilesToExplain(
  station: Station, files: readonly string[],
): Promise<{ readonly studies: readonly StudyToExplain[] } & Pick<FactsOfFiles, 'unreadable'>> {
  const { streams, directory } = station.configuration;
  const statements = statementsOf(streams);
  const keywords = streams.flatMap(keywordsAskedBy);
  const asked = new AskedFields([...statements.values()], await loadDictionary(), keywords);
  const read = await readFactsOfFiles(files, [...statements.values()], directory, keywords);
  return {
    studies: read.studies.map((study) => {
      const series = read.series.filter(({ StudyInstanceUID }) => StudyInstanceUID === study);
      return studyToExplain(station, study, series, statements, asked);
    }),
    unreadable: read.unreadable,
  };
}

function studyToExplain(
  { layout }: Station, StudyInstanceUID: string, series: readonly SeriesFacts[],
  statements: ReadonlyMap<string, Statement>, asked: AskedFields,
): StudyToExplain {
  return {
    StudyInstanceUID,
    series,
    statementOf: ({ name }) => statements.get(name),
    candidates: async (statement) => {
      return [...series, ...await readOtherCandidates(layout, statement, StudyInstanceUID, series, asked)];
    },
  };
}

/** By the names of the streams. */
function statementsOf(streams: readonly Stream[]): Map<string, Statement> {
  return new Map(streams.flatMap(({ name, cores: [core] }) => {
    if (core === undefined) return [];
    const statement = parseStatement(core.select);
    if (Array.isArray(statement)) throw new Error(`select statement of ${name} was not checked before`);
    return [[name, statement]];
  }));
}
