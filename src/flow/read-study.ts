// Reads what a study is from its archived instances. Changes nothing. Holds no headers, so that a study of ten thousand
// instances takes no more memory than one of ten: whoever wants a header reads it again, one at a time.

import { join } from 'node:path';
import { readHeader, type Header } from '../dicom/header.ts';
import { tagOf } from '../dicom/keywords.ts';
import { isUID } from '../dicom/uid.ts';
import { DamagedFile } from '../spool/damaged-file.ts';
import type { Layout } from '../spool/layout.ts';
import { listDirectory } from '../spool/read.ts';

/** An instance that can be read, and where it belongs. */
export interface ArchivedInstance {
  /** Absolute, or as a person named it. */
  readonly file: string;
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly SeriesNumber: number;
  readonly SOPInstanceUID: string;
  readonly InstanceNumber: number;
}

/** A series; its instances by InstanceNumber, then SOPInstanceUID. Never empty. */
export interface ArchivedSeries {
  readonly SeriesInstanceUID: string;
  readonly instances: readonly [ArchivedInstance, ...ArchivedInstance[]];
}

/** A file that cannot be read, and why. */
export interface UnreadableFile {
  readonly file: string;
  readonly text: string;
}

export interface ArchivedStudy {
  readonly StudyInstanceUID: string;
  /** By SeriesNumber, then SeriesInstanceUID. */
  readonly series: readonly ArchivedSeries[];
  readonly unreadable: readonly UnreadableFile[];
}

/** Who and where in its series an instance is, is known by then. */
const UNTIL_TAG = tagOf('InstanceNumber') + 1;

/** Reads the front of every instance of a study. Names of files are not trusted: the header says what an instance is. */
export async function readStudy(layout: Layout, StudyInstanceUID: string): Promise<ArchivedStudy> {
  const folder = layout.archivedStudy(StudyInstanceUID);
  const files = (await listDirectory(folder)).sort(byVersion).map((name) => join(folder, name));
  const { instances, unreadable } = await readInstances(files);
  return { StudyInstanceUID, series: groupSeries(instances), unreadable };
}

/** Where a SOPInstanceUID comes several times, the file that comes last stands for it. */
async function readInstances(
  files: readonly string[],
): Promise<{ readonly instances: readonly ArchivedInstance[]; readonly unreadable: readonly UnreadableFile[] }> {
  const instances = new Map<string, ArchivedInstance>();
  const unreadable: UnreadableFile[] = [];
  for (const file of files) {
    const instance = await readInstance(file);
    if ('text' in instance) unreadable.push(instance);
    else instances.set(instance.SOPInstanceUID, instance);
  }
  return { instances: [...instances.values()], unreadable };
}

/** The series of instances, by SeriesNumber, then SeriesInstanceUID. */
function groupSeries(instances: readonly ArchivedInstance[]): ArchivedSeries[] {
  const bySeries = new Map<string, ArchivedInstance[]>();
  for (const instance of instances) {
    const others = bySeries.get(instance.SeriesInstanceUID);
    if (others === undefined) bySeries.set(instance.SeriesInstanceUID, [instance]);
    else others.push(instance);
  }
  return [...bySeries].map(inOrder).sort(bySeriesNumber);
}

/** The whole header of an instance. @throws {DamagedFile} and system errors, where it is not what its front was */
export async function readInstanceHeader({ file }: ArchivedInstance): Promise<Header> {
  const header = await readHeader(file);
  if ('notDicom' in header) throw new DamagedFile(file, header.notDicom);
  return header;
}

async function readInstance(file: string): Promise<ArchivedInstance | UnreadableFile> {
  const header = await readHeader(file, { untilTag: UNTIL_TAG });
  if ('notDicom' in header) return { file, text: header.notDicom };
  const SOPInstanceUID = header.text('SOPInstanceUID') ?? '';
  const SeriesInstanceUID = header.text('SeriesInstanceUID') ?? '';
  if (!isUID(SOPInstanceUID) || !isUID(SeriesInstanceUID)) {
    return { file, text: 'no valid SOPInstanceUID or SeriesInstanceUID' };
  }
  return {
    file,
    StudyInstanceUID: header.text('StudyInstanceUID') ?? '',
    SeriesInstanceUID,
    SeriesNumber: header.number('SeriesNumber') ?? 0,
    SOPInstanceUID,
    InstanceNumber: header.number('InstanceNumber') ?? Number.MAX_SAFE_INTEGER,
  };
}

function inOrder([SeriesInstanceUID, instances]: [string, ArchivedInstance[]]): ArchivedSeries {
  instances.sort((a, b) => a.InstanceNumber - b.InstanceNumber || compareText(a.SOPInstanceUID, b.SOPInstanceUID));
  return { SeriesInstanceUID, instances: instances as [ArchivedInstance, ...ArchivedInstance[]] };
}

function bySeriesNumber(a: ArchivedSeries, b: ArchivedSeries): number {
  return a.instances[0].SeriesNumber - b.instances[0].SeriesNumber || compareText(a.SeriesInstanceUID, b.SeriesInstanceUID);
}

/** `<SOPInstanceUID>.dcm` before `<SOPInstanceUID>.1.dcm` before `<SOPInstanceUID>.2.dcm` … `.10.dcm`. */
function byVersion(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
