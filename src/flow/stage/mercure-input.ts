// mercure/: the core's input once more, as modules that were made for mercure look for it. They tell series apart by
// what stands before the # in a file's name, and read their settings from task.json.

import { join, relative } from 'node:path';
import type { CoreSpecification } from '../../config/core-specification.ts';
import type { Job } from '../../job/job.ts';
import { makeDirectoryWithin, symbolicLinkOrKeep, writeJsonDurable } from '../../spool/durable.ts';
import type { CoreFolder } from '../../spool/layout.ts';

/** Links a series' instances as `<SeriesInstanceUID>#<SOPInstanceUID>.dcm`. */
export async function linkMercureInput(
  folder: CoreFolder, SeriesInstanceUID: string, SOPInstanceUIDs: readonly string[],
): Promise<void> {
  await makeDirectoryWithin(folder.data, folder.mercure);
  for (const SOPInstanceUID of SOPInstanceUIDs) {
    const target = join(relative(folder.mercure, folder.input), `${SOPInstanceUID}.dcm`);
    await symbolicLinkOrKeep(target, join(folder.mercure, `${SeriesInstanceUID}#${SOPInstanceUID}.dcm`));
  }
}

/** Writes task.json: what asked for the run, and the core's `settings`. */
export async function writeMercureTask(folder: CoreFolder, job: Job, core: CoreSpecification): Promise<void> {
  const { StudyInstanceUID, SeriesInstanceUID, callingAETitle, calledAETitle, address } = job.arrival;
  const { settings, docker_image: docker_tag } = core;
  await makeDirectoryWithin(folder.data, folder.mercure);
  await writeJsonDurable(folder.mercureTask, {
    id: job.JobId,
    info: {
      action: 'process',
      uid: SeriesInstanceUID ?? StudyInstanceUID,
      uid_type: SeriesInstanceUID === undefined ? 'study' : 'series',
      triggered_rules: job.stream,
      applied_rule: job.stream,
      mrn: job.PatientID,
      acc: job.AccessionNumber,
      sender_address: address,
      sender_aet: callingAETitle,
      receiver_aet: calledAETitle,
    },
    dispatch: {},
    process: {
      module_name: job.stream, module_config: { docker_tag, settings }, settings, retain_input_images: false,
    },
    study: { study_uid: StudyInstanceUID },
  });
}
