// dts explain: why a study was or was not made into jobs.

import { explainStudy, type ExplainedStream, type Explanation } from '../flow/explain.ts';
import { findJobByBeginning } from '../flow/find-by-beginning.ts';
import { findJobById } from '../flow/find-jobs.ts';
import { readHeader } from '../dicom/header.ts';
import { isUID } from '../dicom/uid.ts';
import { formatExplanation, type Colour } from '../select/explain-text.ts';
import { oneLine } from '../job/one-line.ts';
import { exists } from '../spool/read.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT } from './exit-status.ts';
import { loadPaint } from './explanation-colour.ts';
import { openStation, type OpenStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions {
  readonly json?: boolean;
}

export const explain: Declaration = {
  command: addSite(declare('explain', 'show for each stream and series whether it matched, and what decided'))
    .argument('<what>', 'a StudyInstanceUID, a JobId or the beginning of one, or a DICOM file of the study')
    .option('--json', 'as JSON'),
  examples: [
    ['dts explain 1.2.840.113619.2.55.3', 'a study'],
    ['dts explain 20261120T081530123Z-AICore-1a2b3c4d', 'the study of a job'],
    ['dts explain image.dcm', 'the study of a file'],
  ],
  statuses: [EXIT.configuration],
  async run([what = ''], options: Options) {
    const opened = await openStation('explain', options);
    const explanation = await explainStudy(opened.station, await findStudy(opened, what));
    if (options.json === true) await printJson(explanation);
    else await print(format(explanation, await loadPaint()));
    return EXIT.done;
  },
};

async function findStudy({ station }: OpenStation, what: string): Promise<string> {
  if (isUID(what)) return what;
  const meant = await findJobByBeginning(station.layout, what);
  const stored = 'id' in meant ? await findJobById(station.layout, meant.id) : undefined;
  if (stored !== undefined) return stored.job.arrival.StudyInstanceUID;
  if (!await exists(what)) throw new UsageFault(`${what} is no StudyInstanceUID, no JobId and no file`);
  const header = await readHeader(what);
  const StudyInstanceUID = 'notDicom' in header ? undefined : header.text('StudyInstanceUID');
  if (StudyInstanceUID === undefined) throw new UsageFault(`${what} is no DICOM file with a StudyInstanceUID`);
  return StudyInstanceUID;
}

function format({ StudyInstanceUID, archived, description, arrivals, jobs }: Explanation, paint: Colour): string {
  const lines = [paint('heading', `Study ${StudyInstanceUID}`)];
  if (!archived) {
    lines.push(paint('warning', '  is not in the archive: nothing of it was received, or it was cleaned away'));
  }
  if (description !== undefined) {
    lines.push(`  ${oneLine(description.StudyDescription) || '(no description)'}, ${description.series.length} series, `
      + `${description.NumFiles} instances, accession ${oneLine(description.AccessionNumber) || '(none)'}`);
  }
  for (const { origin, state, streams } of arrivals) {
    const meaning = {
      waiting: 'still arriving: not quiet long enough yet', claimed: 'being seen to by scan-arrived',
      wanted: 'wanted', unwanted: 'no stream wants it',
    }[state];
    lines.push('', `${paint('heading', `Arrived ${origin.arrivedAt}`)} from ${oneLine(origin.callingAETitle)} `
      + `(${origin.address}) to ${oneLine(origin.calledAETitle)}: ${meaning}`);
    for (const stream of streams) lines.push(...formatStream(stream, paint));
  }
  if (jobs.length > 0) lines.push('', paint('heading', 'Jobs'));
  lines.push(...jobs.map(({ JobId, state }) => `  ${JobId}: ${state}`));
  return `${lines.join('\n')}\n`;
}

function formatStream({ stream, matched, conditions, selection }: ExplainedStream, paint: Colour): string[] {
  const verdict = matched ? paint('true', 'yes') : paint('false', 'no');
  const lines = [`  ${verdict}  stream ${stream}`];
  for (const { condition, wanted, found, holds } of conditions) {
    if (condition === 'enabled' && holds) continue;
    const mark = holds ? paint('true', 'yes') : paint('false', 'no ');
    lines.push(`       ${mark}  ${condition} ${oneLine(wanted)} ${paint('faint', `on "${oneLine(found)}"`)}`);
  }
  if (selection !== undefined) {
    lines.push(...formatExplanation(selection, paint).trimEnd().split('\n').map((line) => `     ${line}`));
  }
  return lines;
}
