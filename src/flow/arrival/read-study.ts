// Reads what a study is from its archived instances. Changes nothing. Holds no headers, so that a study of ten thousand
// instances takes no more memory than one of ten: whoever wants a header reads it again, one at a time.

import { join } from 'node:path';
import { readHeader, type Header, type HeaderReaderOptions } from '../../dicom/header.ts';
import { readImageHeader } from '../../dicom/image-header.ts';
import { tagOf } from '../../dicom/keywords.ts';
import { isUID } from '../../dicom/uid.ts';
import { DamagedFile } from '../../spool/damaged-file.ts';
import type { Layout } from '../../spool/layout.ts';
import { listDirectory } from '../../spool/read.ts';
import { compareText, groupSeries, placeOf, type InstancePlace, type SeriesOf } from './group-series.ts';

/** An instance that can be read, and where it belongs. */
export interface ArchivedInstance extends InstancePlace {
  /** Absolute. */
  readonly file: string;
}

export type ArchivedSeries = SeriesOf<ArchivedInstance>;

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

/**
 * Reads the front of every instance of a study. Names of files are not trusted: the header says what an instance is.
 * Of files with one SOPInstanceUID the last version stands for it.
 */
export async function readStudy(layout: Layout, StudyInstanceUID: string): Promise<ArchivedStudy> {
  const folder = layout.archivedStudy(StudyInstanceUID);
  const files = (await listDirectory(folder)).sort(byVersion).map((name) => join(folder, name));
  const instances = new Map<string, ArchivedInstance>();
  const unreadable: UnreadableFile[] = [];
  for (const file of files) {
    const instance = await readInstance(file);
    if ('text' in instance) unreadable.push(instance);
    else instances.set(instance.SOPInstanceUID, instance);
  }
  return { StudyInstanceUID, series: groupSeries(instances.values()), unreadable };
}

/**
 * The whole header of an instance, functional groups included.
 * @throws {DamagedFile} and system errors, where it is not what its front was
 */
export async function readInstanceHeader({ file }: ArchivedInstance): Promise<Header> {
  const header = await readImageHeader(file);
  if ('notDicom' in header) throw new DamagedFile(file, header.notDicom);
  return header;
}

/** Its front alone. */
export async function readInstance(file: string): Promise<ArchivedInstance | UnreadableFile> {
  const front = await readPlace(file, { untilTag: UNTIL_TAG });
  if ('text' in front || hasUIDs(front)) return front;
  // Where elements are out of order the UIDs may stand further back, and the receiver has taken them from there.
  const whole = await readPlace(file);
  if ('text' in whole || hasUIDs(whole)) return whole;
  return { file, text: 'no valid SOPInstanceUID or SeriesInstanceUID' };
}

async function readPlace(file: string, options?: HeaderReaderOptions): Promise<ArchivedInstance | UnreadableFile> {
  const header = await readHeader(file, options);
  return 'notDicom' in header ? { file, text: header.notDicom } : { file, ...placeOf(header) };
}

function hasUIDs({ SOPInstanceUID, SeriesInstanceUID }: ArchivedInstance): boolean {
  return isUID(SOPInstanceUID) && isUID(SeriesInstanceUID);
}

/** `<SOPInstanceUID>.dcm` before `<SOPInstanceUID>.1.dcm` before `<SOPInstanceUID>.2.dcm` … `.10.dcm`. */
export function byVersion(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}
