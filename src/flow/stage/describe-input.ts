// Describes the input of a later core of a chain from the instances that lie there, as the first core's is described:
// what goes into descr.json, and the links under other names.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readHeader } from '../../dicom/header.ts';
import { unnamed } from '../../select/statement.ts';
import { DamagedFile } from '../../spool/damaged-file.ts';
import type { CoreFolder } from '../../spool/layout.ts';
import { groupBy } from '../group-by.ts';
import { compareText, groupSeries, placeOf } from '../arrival/group-series.ts';
import { linkInputView } from './input-view.ts';
import type { InputDescription } from './input-description.ts';
import { makeClassify } from '../arrival/make-classify.ts';
import { linkMercureInput } from './mercure-input.ts';
import { readInstanceHeader, type ArchivedInstance } from '../arrival/read-study.ts';
import { describeSeries } from '../arrival/series-description.ts';
import type { Station } from '../station.ts';

/** In the order of a selection: most instances first, then by StudyInstanceUID and SeriesInstanceUID. */
export async function describeInput(station: Station, folder: CoreFolder): Promise<InputDescription[]> {
  const instances: ArchivedInstance[] = [];
  for (const name of await readdir(folder.input)) instances.push(await readInstance(join(folder.input, name)));
  const studies = groupBy(instances, ({ StudyInstanceUID }) => StudyInstanceUID);
  const classify = await makeClassify(station);
  const descriptions: InputDescription[] = [];
  for (const series of [...studies.values()].flatMap(groupSeries)) {
    const header = await readInstanceHeader(series.instances[0]);
    const description = describeSeries(series, header, folder.input, await classify(series, folder.input));
    const SOPInstanceUIDs = series.instances.map(({ SOPInstanceUID }) => SOPInstanceUID);
    await linkMercureInput(folder, series.SeriesInstanceUID, SOPInstanceUIDs);
    descriptions.push({
      ...description,
      NameFromSelect: unnamed, // by no select statement
      ProcessDataPath: '/data',
      InputViewDICOMSeriesPath: await linkInputView(folder, description, SOPInstanceUIDs),
    });
  }
  return descriptions.sort((a, b) => {
    return b.NumFiles - a.NumFiles || compareText(a.StudyInstanceUID, b.StudyInstanceUID)
      || compareText(a.SeriesInstanceUID, b.SeriesInstanceUID);
  });
}

async function readInstance(file: string): Promise<ArchivedInstance> {
  const header = await readHeader(file);
  if ('notDicom' in header) throw new DamagedFile(file, header.notDicom); // it was checked a moment ago
  return { file, ...placeOf(header) };
}
