// dts select: tries select statements on files. For those who write statements.

import { readFactsOfFiles } from '../flow/explain/facts-of-files.ts';
import { listFiles } from '../flow/list-files.ts';
import { selectFromFiles, type SelectionOfStudy } from '../flow/explain/select-from-files.ts';
import { AskedFields } from '../flow/arrival/series-values.ts';
import { loadDictionary } from '../dicom/dictionary.ts';
import { writeError } from '../log/standard-error.ts';
import { formatSelection } from '../select/explain-text.ts';
import type { Colour } from '../select/series-title.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT } from './exit-status.ts';
import { loadPaint } from './explanation-colour.ts';
import { openStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { openProgress } from './progress.ts';
import { formatStatementProblem, readStatements } from './statements-meant.ts';
import { UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions {
  readonly statement?: readonly string[];
  readonly stream?: readonly string[];
  readonly json?: boolean;
}

/** What a statement makes of a study. */
interface LabelledSelection extends SelectionOfStudy {
  readonly statement: string;
}

export const select: Declaration = {
  command: declare('select', 'try a select statement on DICOM files: which series it takes, and why')
    .argument('<path...>', 'DICOM files and folders of them')
    .option('--statement <statement>', 'the statement; @file reads it from a file, @- from stdin; may be given several '
      + 'times', collected)
    .option('--stream <name>', 'the statement of this stream; may be given several times', collected)
    .option('--json', 'as JSON'),
  examples: [
    ['dts select --statement \'SELECT series FROM study WHERE Modality == CT\' ./study', 'on a folder of files'],
    ['dts select --statement @t1.select /data/site/archive/scp_1.2.3', 'from a file, on a study that was received'],
    ['dts select --stream AICore ./study', 'the one that a stream has'],
    ['dts select --statement \'SeriesDescription: .*T1\' ./study --json | jq .', 'the short form; for a program'],
  ],
  statuses: [EXIT.data, EXIT.configuration],
  async run(paths, { statement: words = [], stream: names = [], ...options }: Options) {
    if (words.length + names.length === 0) throw new UsageFault('give a statement by --statement or --stream');
    const { station: { configuration }, console } = await openStation('select', options);
    const meant = await readStatements(words, names, configuration);
    for (const one of meant) {
      for (const problem of one.problems) writeError(formatStatementProblem(one, problem));
    }
    const problems = meant.flatMap((one) => one.problems.map((problem) => ({ statement: one.label, ...problem })));
    const usable = meant.flatMap(({ label, statement }) => (statement === undefined ? [] : { label, statement }));
    if (usable.length < meant.length) {
      if (options.json === true) await printJson({ problems });
      return EXIT.data;
    }

    const files = await listFiles(paths);
    if ('missing' in files) throw new UsageFault(`there is no file or folder ${files.missing}`);
    const progress = openProgress();
    progress.say(`reading ${files.length} files`);
    const asked = new AskedFields(usable.map(({ statement }) => statement), await loadDictionary());
    const facts = await readFactsOfFiles(files, asked, configuration.directory);
    progress.end();
    const studies = usable.flatMap(({ label, statement }) => {
      return selectFromFiles(statement, facts).map((selected) => ({ statement: label, ...selected }));
    });
    const { unreadable } = facts;
    for (const { file, text } of unreadable) console.message('warning', `${file}: left out: ${text}`);
    if (options.json === true) await printJson({ problems, studies, unreadable });
    else await print(formatSelected(studies, usable.length > 1, await loadPaint()));
    if (studies.some(({ selection }) => selection.kind === 'ambiguous')) return EXIT.data;
    if (studies.length > 0) return EXIT.done;
    console.message('error', 'nothing to select from: no DICOM file is among what was named');
    return EXIT.data;
  },
};

/** Of an option that may be given several times. */
function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function formatSelected(studies: readonly LabelledSelection[], hasSeveral: boolean, paint: Colour): string {
  const hasStudies = new Set(studies.map(({ StudyInstanceUID }) => StudyInstanceUID)).size > 1;
  return studies.map(({ statement, StudyInstanceUID, selection }) => {
    const heading = [
      ...(hasSeveral ? [`By ${statement}`] : []),
      ...(hasStudies ? [`When study ${StudyInstanceUID} arrives`] : []),
    ].join(': ');
    return `${heading === '' ? '' : `${paint('heading', heading)}\n\n`}${formatSelection(selection, paint)}`;
  }).join('\n');
}
