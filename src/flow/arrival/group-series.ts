// Which series instances belong to, and in which order: said once, for what is in the archive and for files that a
// person names.

import type { Header } from '../../dicom/header.ts';
import { groupBy } from '../group-by.ts';

/** Where an instance belongs, as its header says; UIDs are empty where it does not say. */
export interface InstancePlace {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly SeriesNumber: number;
  readonly SOPInstanceUID: string;
  readonly InstanceNumber: number;
}

/** A series; its instances by InstanceNumber, then SOPInstanceUID. Never empty. */
export interface SeriesOf<Instance> {
  readonly SeriesInstanceUID: string;
  readonly instances: readonly [Instance, ...Instance[]];
}

/** An instance without an InstanceNumber comes last in its series. */
export function placeOf(header: Header): InstancePlace {
  return {
    StudyInstanceUID: header.text('StudyInstanceUID') ?? '',
    SeriesInstanceUID: header.text('SeriesInstanceUID') ?? '',
    SeriesNumber: header.number('SeriesNumber') ?? 0,
    SOPInstanceUID: header.text('SOPInstanceUID') ?? '',
    InstanceNumber: header.number('InstanceNumber') ?? Number.MAX_SAFE_INTEGER,
  };
}

/** The series of a study's instances, by the SeriesNumber of their first instances, then SeriesInstanceUID. */
export function groupSeries<Instance extends InstancePlace>(instances: Iterable<Instance>): SeriesOf<Instance>[] {
  const bySeries = [...groupBy(instances, ({ SeriesInstanceUID }) => SeriesInstanceUID)];
  const series = bySeries.map(([SeriesInstanceUID, group]) => ({ SeriesInstanceUID, instances: group.sort(byNumber) }));
  return series.sort((a, b) => {
    const order = a.instances[0].SeriesNumber - b.instances[0].SeriesNumber;
    return order || compareText(a.SeriesInstanceUID, b.SeriesInstanceUID);
  });
}

function byNumber(a: InstancePlace, b: InstancePlace): number {
  return a.InstanceNumber - b.InstanceNumber || compareText(a.SOPInstanceUID, b.SOPInstanceUID);
}

/** By code units, whatever the language of the host. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
