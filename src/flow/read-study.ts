// Reads what a study is from the headers of its archived instances. Changes nothing.

import { join } from 'node:path';
import { readHeader, type Header } from '../dicom/header.ts';
import { isUID } from '../dicom/uid.ts';
import type { Layout } from '../spool/layout.ts';
import { listDirectory } from '../spool/read.ts';

/** An archived instance that can be read. */
export interface ArchivedInstance {
  /** Absolute. */
  readonly file: string;
  readonly SOPInstanceUID: string;
  readonly InstanceNumber: number;
  readonly header: Header;
}

/** A series of an archived study; its instances by InstanceNumber, then SOPInstanceUID. Never empty. */
export interface ArchivedSeries {
  readonly SeriesInstanceUID: string;
  readonly instances: readonly [ArchivedInstance, ...ArchivedInstance[]];
}

export interface ArchivedStudy {
  readonly StudyInstanceUID: string;
  /** By SeriesNumber, then SeriesInstanceUID. */
  readonly series: readonly ArchivedSeries[];
  /** Files in the study's folder that cannot be read, with the reason. */
  readonly unreadable: readonly { readonly file: string; readonly text: string }[];
}

/**
 * Reads every instance of a study up to its pixel data.
 *
 * Where several datasets of one SOPInstanceUID are kept, the one that came last stands for it. Names of files are not
 * trusted: the header says what an instance is.
 */
export async function readStudy(layout: Layout, StudyInstanceUID: string): Promise<ArchivedStudy> {
  const folder = layout.archivedStudy(StudyInstanceUID);
  const instances = new Map<string, ArchivedInstance & { readonly SeriesInstanceUID: string }>();
  const unreadable: { file: string; text: string }[] = [];
  for (const name of (await listDirectory(folder)).sort(byVersion)) {
    const file = join(folder, name);
    const header = await readHeader(file);
    if ('notDicom' in header) {
      unreadable.push({ file, text: header.notDicom });
      continue;
    }
    const SOPInstanceUID = header.text('SOPInstanceUID') ?? '';
    const SeriesInstanceUID = header.text('SeriesInstanceUID') ?? '';
    if (!isUID(SOPInstanceUID) || !isUID(SeriesInstanceUID)) {
      unreadable.push({ file, text: 'no valid SOPInstanceUID or SeriesInstanceUID' });
      continue;
    }
    const InstanceNumber = header.number('InstanceNumber') ?? Number.MAX_SAFE_INTEGER;
    instances.set(SOPInstanceUID, { file, SOPInstanceUID, SeriesInstanceUID, InstanceNumber, header });
  }
  const series = new Map<string, ArchivedInstance[]>();
  for (const instance of instances.values()) {
    const others = series.get(instance.SeriesInstanceUID);
    if (others === undefined) series.set(instance.SeriesInstanceUID, [instance]);
    else others.push(instance);
  }
  return { StudyInstanceUID, series: [...series].map(inOrder).sort(bySeriesNumber), unreadable };
}

function inOrder([SeriesInstanceUID, instances]: [string, ArchivedInstance[]]): ArchivedSeries {
  instances.sort((a, b) => a.InstanceNumber - b.InstanceNumber || compareText(a.SOPInstanceUID, b.SOPInstanceUID));
  return { SeriesInstanceUID, instances: instances as [ArchivedInstance, ...ArchivedInstance[]] };
}

function bySeriesNumber(a: ArchivedSeries, b: ArchivedSeries): number {
  const number = (series: ArchivedSeries): number => series.instances[0].header.number('SeriesNumber') ?? 0;
  return number(a) - number(b) || compareText(a.SeriesInstanceUID, b.SeriesInstanceUID);
}

/** `<SOPInstanceUID>.dcm` before `<SOPInstanceUID>.1.dcm` before `<SOPInstanceUID>.2.dcm` … `.10.dcm`. */
function byVersion(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
