// dts sort: puts DICOM files into folders named by what they hold.

import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FolderTarget, TargetWords } from '../flow/folder/folder-target.ts';
import type { Sorted } from '../flow/folder/sort-files.ts';
import { COPIES, ON_COLLISION } from '../config/folder-words.ts';
import { failureText } from '../job/failure-text.ts';
import { openConsole, type Console } from '../log/console.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { formatSum, formatTree, hindranceText } from './sorted-text.ts';
import { unknownWord, UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions {
  readonly to?: string;
  readonly template?: string;
  readonly destination?: string;
  readonly dryRun?: boolean;
  readonly copies?: string;
  readonly onCollision?: string;
  readonly sidecar?: boolean;
  readonly ready?: string;
  readonly json?: boolean;
}

/** As for a delivery. */
const RIGHTS = { mode: 0o640, directoryMode: 0o750 };

export const sort: Declaration = {
  command: declare('sort', 'put DICOM files into folders named by what they hold')
    .argument('<path...>', 'files and folders of them; they stay where they are')
    .option('--to <folder>', 'the folder to sort into; made where it is not there')
    .option('--template <path>', 'folders and name below it, such as '
      + '"{PatientID}/{SeriesNumber:03}/{InstanceNumber:05}.dcm"')
    .option('--destination <name>', 'sort as this folder destination of the configuration does')
    .option('--dry-run', 'print what would be, and change nothing')
    .option('--copies <how>', `${COPIES.join(', ')}: how the files come to lie there (default: copy)`)
    .option('--on-collision <what>', `${ON_COLLISION.join(', ')}: when another dataset has the name (default: number)`)
    .option('--sidecar', 'put a JSON description of each series beside its files')
    .option('--ready <name>', 'put a file of this name into each folder at the end')
    .option('--json', 'as JSON'),
  examples: [
    ['dts sort ./cd --to ./study --template "{PatientID}/{SeriesNumber:03}/{InstanceNumber:05}.dcm"',
      'a study from a CD, by series'],
    ['dts sort ./cd --to ./study --template "{StudyDate:YYYY-MM-DD}/" --dry-run', 'what that would make, files by UID'],
    ['dts sort /data/site/archive/scp_1.2.3 --destination neuro-lab', 'as deliveries to that lab are put there'],
    ['dts sort ./cd --to ./links --template "{Modality}/" --copies symlink --json | jq .', 'links; for a program'],
  ],
  statuses: [EXIT.data, EXIT.inputOutput, EXIT.permission, EXIT.configuration],
  async run(paths, options: Options) {
    const target = await targetOf(options);
    const { listFiles } = await import('../flow/list-files.ts');
    const { sortFiles } = await import('../flow/folder/sort-files.ts');
    const { openProgress } = await import('./progress.ts');
    const { stopSignal } = await import('./stop-signal.ts');
    const dryRun = options.dryRun === true;
    const files = await listFiles(paths.map((path) => resolve(path)));
    if ('missing' in files) throw new UsageFault(`there is no file or folder ${files.missing}`);
    if (!dryRun && options.to !== undefined) await mkdir(target.root, { recursive: true });
    const progress = openProgress();
    const sorted = await sortFiles(files, target, {
      dryRun, now: new Date().toISOString(), signal: stopSignal(),
      progress: (done, total, what) => { progress.show(done, total, what); },
    });
    const sum = formatSum(sorted, dryRun);
    progress.end(options.json === true || dryRun ? undefined : sum);
    await printSorted(sorted, target, sum, options);
    return tell(sorted, openConsole('sort', options.verbose === true), sum);
  },
};

/** @throws {UsageFault} */
async function targetOf(options: Options): Promise<FolderTarget> {
  if (options.destination !== undefined) return targetOfDestination(options.destination, options);
  const { parseTarget } = await import('../flow/folder/folder-target.ts');
  const { loadDictionary } = await import('../dicom/dictionary.ts');
  const dictionary = await loadDictionary();
  const target = parseTarget(wordsOf(options), dictionary);
  if (!('message' in target)) return target;
  const { findClosestName } = await import('../select/closest-name.ts');
  const { unknownKeyword = '', message, character } = target;
  const closest = findClosestName(unknownKeyword, dictionary.keywords());
  const suggestion = closest === undefined ? '' : `; did you mean ${closest}?`;
  throw new UsageFault(`the template is wrong at character ${character}: ${message}${suggestion}`);
}

function wordsOf({ template, to, copies, onCollision, sidecar, ready }: Options): TargetWords {
  if (template === undefined) throw new UsageFault('give the folders and names by --template, or --destination');
  if (to === undefined && !template.startsWith('/')) throw new UsageFault('--to says below which folder');
  return {
    path: template, rights: RIGHTS, sidecar: sidecar === true,
    copies: oneOf('way of copying', copies ?? 'copy', COPIES),
    onCollision: oneOf('way with collisions', onCollision ?? 'number', ON_COLLISION),
    ...to === undefined ? {} : { root: resolve(to) },
    ...ready === undefined ? {} : { ready },
  };
}

function oneOf<Word extends string>(kind: string, word: string, words: readonly Word[]): Word {
  const found = words.find((one) => one === word);
  if (found === undefined) throw unknownWord(kind, word, words);
  return found;
}

/** What the configuration says of a destination, in other folders where `--to` says so. */
async function targetOfDestination(name: string, options: Options): Promise<FolderTarget> {
  const { openConfiguration } = await import('./open-station.ts');
  const { findTarget } = await import('../flow/folder/target-of-destination.ts');
  if (options.template !== undefined) throw new UsageFault('--destination has a template of its own');
  const { destinations } = await openConfiguration(options);
  const folders = destinations.filter((destination) => destination.type === 'folder');
  const destination = folders.find((folder) => folder.name === name);
  if (destination === undefined) throw unknownWord('folder destination', name, folders.map((folder) => folder.name));
  const target = await findTarget(destination);
  if ('reason' in target) throw new UsageFault(failureText(target));
  const { to, copies, onCollision } = options;
  return {
    ...target,
    ...to === undefined ? {} : { root: resolve(to) },
    ...copies === undefined ? {} : { copies: oneOf('way of copying', copies, COPIES) },
    ...onCollision === undefined ? {} : { onCollision: oneOf('way with collisions', onCollision, ON_COLLISION) },
  };
}

async function printSorted(sorted: Sorted, { root }: FolderTarget, sum: string, options: Options): Promise<void> {
  const { print, printJson } = await import('./print.ts');
  if (options.json === true) await printJson({ root, ...sorted });
  else if (options.dryRun === true) await print(`${formatTree(root, sorted, options.verbose === true)}${sum}\n`);
}

/** What a person must hear of, and the status that says so. */
function tell(sorted: Sorted, console: Console, sum: string): ExitStatus {
  const { files, skipped, copiedInstead, ended } = sorted;
  for (const { file, text } of skipped) console.message('info', `${file}: skipped: ${text}`);
  if (copiedInstead > 0) {
    console.message('warning', `${copiedInstead} files: copied: no hard link could be made of them`);
  }
  const failed = files.filter((file) => file.how === 'failed');
  for (const { file, hindrance } of failed) {
    console.message('error', `${file}: not put in place: ${hindranceText(hindrance)}`);
  }
  console.message('info', sum);
  if (ended === 'stopped') {
    console.message('warning', 'stopped before all was in place; the same again goes on from there');
  } else if (ended !== undefined) {
    console.message('error', `not all put in place: ${failureText(ended)}; then the same again`);
  }
  if (files.length === 0 && ended === undefined) {
    console.message('error', 'nothing to sort: no DICOM file is among what was named');
  }
  return worst([
    files.length === 0 || failed.length > 0 ? EXIT.data : EXIT.done,
    ended === undefined || ended === 'stopped' ? EXIT.done : statusOf(ended.reason),
  ]);
}

function statusOf(reason: string): ExitStatus {
  return reason === 'folder-forbidden' || reason === 'folder-group' ? EXIT.permission : EXIT.inputOutput;
}
