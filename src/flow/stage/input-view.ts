// input_view_dicom_series/: the core's input once more, as links under names that a person can read.

import { join, relative } from 'node:path';
import { makeDirectoryWithin, symbolicLinkOrKeep } from '../../spool/durable.ts';
import type { CoreFolder } from '../../spool/layout.ts';
import type { SeriesDescription } from '../arrival/series-description.ts';

/** File systems take 255. */
const LONGEST_NAME_BYTES = 200;

/**
 * Links a series' instances as `<PatientID>_<PatientName>/<date>_<time>/<number>_<description>/<SOPInstanceUID>.dcm`.
 * @returns the series' folder as the core sees it, below `/data`
 */
export async function linkInputView(
  folder: CoreFolder, description: SeriesDescription, instances: readonly string[],
): Promise<string> {
  const series = join(
    folder.inputView,
    readableName(`${description.PatientID}_${description.PatientName}`),
    readableName(`${description.StudyDate}_${description.StudyTime}`),
    readableName(`${description.SeriesNumber}_${description.SeriesDescription}`),
  );
  await makeDirectoryWithin(folder.data, series);
  for (const SOPInstanceUID of instances) {
    const name = `${SOPInstanceUID}.dcm`;
    await symbolicLinkOrKeep(join(relative(series, folder.input), name), join(series, name));
  }
  return join('/data', relative(folder.data, series));
}

/** One path component: all but letters and digits of any script, dots and dashes becomes `_`; never empty or hidden. */
function readableName(text: string): string {
  const readable = text.normalize('NFC').replace(/[^\p{L}\p{N}.-]+/gu, '_').replace(/^\.+/, '_');
  let name = '';
  for (const character of readable) {
    if (Buffer.byteLength(name + character) > LONGEST_NAME_BYTES) break;
    name += character;
  }
  return name || '_';
}
