// dts select: tries a select statement on files. For those who write statements.

import { listFiles } from '../flow/list-files.ts';
import { selectFromFiles, type SelectionFromFiles } from '../flow/select-from-files.ts';
import { loadDictionary } from '../dicom/dictionary.ts';
import { writeError } from '../log/standard-error.ts';
import { oneLine } from '../job/one-line.ts';
import { formatExplanation, type Colour } from '../select/explain-text.ts';
import { parseStatement } from '../select/parse-statement.ts';
import type { StatementProblem } from '../select/statement.ts';
import { validateStatement } from '../select/validate-statement.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT } from './exit-status.ts';
import { loadPaint } from './explanation-colour.ts';
import { openStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { openProgress } from './progress.ts';
import { UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions {
  readonly statement?: string;
  readonly json?: boolean;
}

export const select: Declaration = {
  command: declare('select', 'try a select statement on DICOM files: which series it takes, and why')
    .argument('<path...>', 'DICOM files and folders of them')
    .requiredOption('--statement <statement>', 'the statement, as it stands in select_statements.json')
    .option('--json', 'as JSON'),
  examples: [
    ['dts select --statement \'SELECT series FROM study WHERE Modality == CT\' ./study', 'on a folder of files'],
    ['dts select --statement "$(cat statement.txt)" /data/site/archive/scp_1.2.3', 'on a study that was received'],
    ['dts select --statement \'SeriesDescription: .*T1\' ./study --json | jq .', 'the short form; for a program'],
  ],
  statuses: [EXIT.data, EXIT.configuration],
  async run(paths, { statement: text = '', ...options }: Options) {
    const { station: { configuration: { directory } }, console } = await openStation('select', options);
    const statement = parseStatement(text);
    const problems = Array.isArray(statement) ? statement
      : validateStatement(statement, new Set((await loadDictionary()).keywords()));
    for (const problem of problems) writeError(formatStatementProblem(text, problem));
    if (Array.isArray(statement) || problems.some(({ severity }) => severity === 'error')) {
      if (options.json === true) await printJson({ problems });
      return EXIT.data;
    }

    const files = await listFiles(paths);
    if ('missing' in files) throw new UsageFault(`there is no file or folder ${files.missing}`);
    const progress = openProgress();
    progress.say(`reading ${files.length} files`);
    const selected = await selectFromFiles(statement, files, directory);
    progress.end();
    for (const { file, text } of selected.unreadable) console.message('warning', `${file}: left out: ${text}`);
    if (options.json === true) await printJson({ problems, ...selected });
    else await print(formatSelected(selected, await loadPaint()));
    if (selected.studies.length > 0) return EXIT.done;
    console.message('error', 'nothing to select from: no DICOM file is among what was named');
    return EXIT.data;
  },
};

/** What is wrong, and below it the line of the statement with a caret under the place. */
function formatStatementProblem(statement: string, { severity, message, line, column }: StatementProblem): string {
  const text = (statement.split('\n')[line - 1] ?? '').replace(/\p{C}/gu, ' ');
  return [
    `dts select: ${severity}: statement: line ${line}, column ${column}: ${oneLine(message)}`,
    `  ${text}`,
    `  ${' '.repeat(column - 1)}^`,
    '',
  ].join('\n');
}

function formatSelected({ studies }: SelectionFromFiles, paint: Colour): string {
  return studies.map(({ StudyInstanceUID, selection }) => {
    const heading = studies.length > 1 ? `${paint('heading', `When study ${StudyInstanceUID} arrives`)}\n\n` : '';
    return `${heading}${formatExplanation(selection, paint)}`;
  }).join('\n');
}
