// dts jobs release --complete: studies that are waited for go on with what there is.

import { findJobs } from '../flow/job/find-jobs.ts';
import { releaseStudies, type ReleasedStudy } from '../flow/arrival/release-studies.ts';
import { personName } from '../host/person.ts';
import { isUID } from '../dicom/uid.ts';
import { oneLine } from '../job/one-line.ts';
import { exists } from '../spool/read.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import type { OpenStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { mustBeStationUser } from './station-user.ts';
import { UsageFault } from './usage-fault.ts';

/** @param studies StudyInstanceUIDs or AccessionNumbers */
export async function releaseComplete(
  opened: OpenStation, studies: readonly string[], { json }: { readonly json?: boolean },
): Promise<ExitStatus> {
  if (studies.length === 0) {
    const needed = 'a StudyInstanceUID or AccessionNumber';
    throw new UsageFault(`jobs release --complete needs ${needed}; dts status shows what waits`);
  }
  const { station, console } = opened;
  await mustBeStationUser(station.layout);
  const released: ReleasedStudy[] = [];
  for (const study of studies) {
    const found = await releaseStudies(station, study, personName());
    if (found.length === 0 && !await isKnown(opened, study)) {
      throw new UsageFault(`there is no study ${study}; a StudyInstanceUID or AccessionNumber is needed`);
    }
    if (found.length === 0) console.message('warning', `study ${study}: not released: nothing of it is waited for`);
    released.push(...found);
  }
  if (json === true) {
    await printJson(released);
    return EXIT.done;
  }
  await print(released.map(({ StudyInstanceUID, AccessionNumber }) => {
    const accession = AccessionNumber === '' ? '' : `, accession ${oneLine(AccessionNumber)}`;
    return `study ${StudyInstanceUID}${accession}: goes on with the next scan-arrived, with what there is of it\n`;
  }).join(''));
  return EXIT.done;
}

/** Whether something of it ever came in. */
async function isKnown({ station: { layout } }: OpenStation, study: string): Promise<boolean> {
  if (isUID(study) && await exists(layout.archivedStudy(study))) return true;
  return (await findJobs(layout, { accession: study })).length > 0;
}
