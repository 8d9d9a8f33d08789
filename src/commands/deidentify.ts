// dts deidentify: de-identifies files by hand, by a profile of the configuration.

import { dirname, join, resolve } from 'node:path';
import type { FileOutcome } from '../flow/deidentify/deidentify-files.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { openStation, type OpenStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { openProgress } from './progress.ts';
import { mustBeStationUser } from './station-user.ts';
import { stopSignal } from './stop-signal.ts';
import { unknownWord, UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions {
  readonly profile?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly looked?: boolean;
  readonly report?: string;
  readonly withValues?: string;
  readonly json?: boolean;
}

/** Of the report in the folder itself. */
const REPORT = 'report.json';
const REPORT_MODE = 0o640;
/** Of one with the original values: for the station's user alone. */
const SITE_REPORT_MODE = 0o600;

export const deidentify: Declaration = {
  command: declare('deidentify', 'de-identify DICOM files by a profile, into a folder')
    .argument('<path...>', 'DICOM files and folders of them')
    .option('--profile <name>', 'the profile of `deidentification` in config.json (default: basic)')
    .option('--to <folder>', 'where the files are put, as <study>/<series>/<instance>.dcm under their new UIDs')
    .option('--dry-run', 'write no files, only say what would become of them; with --report, what would be changed')
    .option('--looked', 'write also what may show in its pixels whom it is of: somebody has looked at it')
    .option('--report <file>', `the report of every element changed (default: ${REPORT} in the folder)`)
    .option('--with-values <file>', 'a second report, with the original values, for the site alone')
    .option('--json', 'as JSON'),
  examples: [
    ['dts deidentify ./study --to ./out', 'by the basic profile'],
    ['dts deidentify ./study --profile research --to ./out', 'by a profile of the configuration'],
    ['dts deidentify ./study --dry-run --report changes.json', 'what would be changed, and nothing else'],
    ['dts deidentify ./us --profile research --to ./out --looked', 'ultrasound that somebody has looked through'],
  ],
  statuses: [EXIT.data, EXIT.configuration],
  async run(paths, options: Options) {
    const { profile: name = 'basic', to, dryRun = false } = options;
    if (to === undefined && !dryRun) throw new UsageFault('give the folder by --to, or --dry-run');
    const opened = await openStation('deidentify', options);
    const { deidentification } = opened.station.configuration;
    if (deidentification === undefined) {
      throw new UsageFault('config.json has no `deidentification` with its key; docs/deidentification.md tells how');
    }
    const names = Object.keys(deidentification.profiles);
    if (!names.includes(name)) throw unknownWord('profile', name, names);
    if (deidentification.profiles[name]?.wayBack === true) await mustBeStationUser(opened.station.layout);
    return work(opened, paths, name, options);
  },
};

async function work(
  { station, console }: OpenStation, paths: readonly string[], name: string, options: Options,
): Promise<ExitStatus> {
  const { deidentifyFiles, liesAmong } = await import('../flow/deidentify/deidentify-files.ts');
  const { Deidentifier } = await import('../flow/deidentify/deidentifier.ts');
  const { openProfile } = await import('../flow/deidentify/open-profile.ts');
  const { listFiles } = await import('../flow/list-files.ts');
  const files = await listFiles(paths);
  if ('missing' in files) throw new UsageFault(`there is no file or folder ${files.missing}`);
  const places = [options.to, options.report, options.withValues].filter((place) => place !== undefined);
  for (const place of places) {
    const among = await liesAmong(place === options.to ? place : resolve(place), paths);
    if (among !== undefined) {
      throw new UsageFault(`${place} lies among the input (${among}), which is never written to`);
    }
  }
  const { to, withValues } = options;
  if (to !== undefined && withValues !== undefined && await liesAmong(withValues, [to]) !== undefined) {
    throw new UsageFault(`${withValues} lies in ${to}: original values do not belong beside what is given away`);
  }
  const open = await openProfile(station.configuration, name);
  if ('unusable' in open) {
    console.message('error', `profile ${name}: nothing was de-identified: ${open.unusable}`);
    return EXIT.configuration;
  }

  const reports = await beginReports(name, open.settings.options, options);
  const deidentifier = new Deidentifier(open, {
    withValues: withValues !== undefined, isReleased: options.looked === true,
  });
  const progress = openProgress();
  const outcomes = await deidentifyFiles(station.layout, {
    files, to: options.dryRun === true ? undefined : to, deidentifier, ...reports, signal: stopSignal(),
    told: (_outcome, done) => { progress.show(done, files.length, 'de-identified'); },
  });
  progress.end();
  await reports.report?.end();
  await reports.siteReport?.end();
  return tell(console, outcomes, files.length, options);
}

async function beginReports(
  name: string, profileOptions: readonly string[], { to, dryRun, report, withValues }: Options,
) {
  const { Report } = await import('../flow/deidentify/report.ts');
  const { makeDirectoryDurable } = await import('../spool/durable.ts');
  const path = report ?? (to === undefined || dryRun === true ? undefined : join(to, REPORT));
  if (path !== undefined) await makeDirectoryDurable(dirname(resolve(path)));
  return {
    report: path === undefined ? undefined : await Report.begin(path, name, profileOptions, REPORT_MODE),
    siteReport: withValues === undefined
      ? undefined : await Report.begin(withValues, name, profileOptions, SITE_REPORT_MODE),
  };
}

/** What was not written, file by file; and how much was. */
async function tell(
  console: OpenStation['console'], outcomes: readonly FileOutcome[], files: number, options: Options,
): Promise<ExitStatus> {
  const written = outcomes.filter(({ became }) => became === 'written').length;
  const others = outcomes.filter(({ became }) => became !== 'written');
  if (options.json === true) await printJson({ files, written, dryRun: options.dryRun === true, notWritten: others });
  for (const { file, became, text } of others) {
    const next = became === 'held' ? '; look at it, then --looked writes it' : '';
    console.message(became === 'left-out' ? 'info' : 'warning', `${file}: ${NOT_WRITTEN[became]}: ${text}${next}`);
  }
  if (options.json !== true && options.dryRun === true) {
    await print(`${written} of ${files} files would be written\n`);
  }
  if (written === 0 && outcomes.length > 0) console.message('error', 'nothing was de-identified');
  return others.every(({ became }) => became === 'left-out') && written > 0 ? EXIT.done : EXIT.data;
}

const NOT_WRITTEN: { readonly [Became in FileOutcome['became']]: string } = {
  'written': 'written', 'not-dicom': 'not de-identified', 'held': 'held', 'left-out': 'left out', 'refused': 'refused',
  'unlisted': 'held', 'same-uid': 'not written',
};
