// The description of a series and of a study, as they stand in raw/ and, with a name from the select statement, in the
// core's descr.json. The keys are those of the original.

import type { Header } from '../../dicom/header.ts';
import type { Keyword } from '../../dicom/keywords.ts';
import type { ArchivedSeries } from './read-study.ts';

/** raw/<StudyInstanceUID>/<SeriesInstanceUID>.json. Texts are empty where the header has none. */
export interface SeriesDescription {
  readonly SeriesInstanceUID: string;
  readonly SeriesDescription: string;
  readonly StudyInstanceUID: string;
  readonly NumFiles: number;
  readonly Modality: string;
  readonly PatientID: string;
  readonly PatientName: string;
  readonly SequenceName: string;
  readonly StudyDate: string;
  readonly StudyTime: string;
  readonly SeriesTime: string;
  readonly SeriesNumber: string;
  readonly ReferringPhysician: string;
  readonly AccessionNumber: string;
  readonly StudyDescription: string;
  readonly Manufacturer: string;
  readonly ManufacturerModelName: string;
  readonly ClassifyTypes: readonly string[];
  /** Folder of links to the instances. */
  readonly Path: string;
  /** The instance whose header stands for the series: the first by InstanceNumber. */
  readonly FirstSOPInstanceUID: string;
}

/** raw/<StudyInstanceUID>/data.json. */
export interface StudyDescription {
  readonly StudyInstanceUID: string;
  readonly PatientID: string;
  readonly PatientName: string;
  readonly AccessionNumber: string;
  readonly StudyDate: string;
  readonly StudyTime: string;
  readonly StudyDescription: string;
  readonly ReferringPhysician: string;
  readonly NumFiles: number;
  readonly series: readonly string[];
}

/** @param first the header of its first instance @param folder the series' folder in raw/ */
export function describeSeries(
  series: ArchivedSeries, first: Header, folder: string, classes: readonly string[],
): SeriesDescription {
  const text = (keyword: Keyword): string => first.text(keyword) ?? '';
  return {
    SeriesInstanceUID: series.SeriesInstanceUID,
    SeriesDescription: text('SeriesDescription'),
    StudyInstanceUID: text('StudyInstanceUID'),
    NumFiles: series.instances.length,
    Modality: text('Modality'),
    PatientID: text('PatientID'),
    PatientName: text('PatientName'),
    SequenceName: text('SequenceName'),
    StudyDate: text('StudyDate'),
    StudyTime: text('StudyTime'),
    SeriesTime: text('SeriesTime'),
    SeriesNumber: text('SeriesNumber'),
    ReferringPhysician: text('ReferringPhysicianName'),
    AccessionNumber: text('AccessionNumber'),
    StudyDescription: text('StudyDescription'),
    Manufacturer: text('Manufacturer'),
    ManufacturerModelName: text('ManufacturerModelName'),
    ClassifyTypes: classes,
    Path: folder,
    FirstSOPInstanceUID: series.instances[0].SOPInstanceUID,
  };
}

/** @param header any of the study's */
export function studyDescription(header: Header, series: readonly SeriesDescription[]): StudyDescription {
  const text = (keyword: Keyword): string => header.text(keyword) ?? '';
  return {
    StudyInstanceUID: text('StudyInstanceUID'),
    PatientID: text('PatientID'),
    PatientName: text('PatientName'),
    AccessionNumber: text('AccessionNumber'),
    StudyDate: text('StudyDate'),
    StudyTime: text('StudyTime'),
    StudyDescription: text('StudyDescription'),
    ReferringPhysician: text('ReferringPhysicianName'),
    NumFiles: series.reduce((sum, { NumFiles }) => sum + NumFiles, 0),
    series: series.map(({ SeriesInstanceUID }) => SeriesInstanceUID),
  };
}
