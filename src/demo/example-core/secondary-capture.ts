// The report pages as Secondary Capture images (PS3.3 section A.8.1), one instance a page, all in one new series.

import { join } from 'node:path';
import type { Keyword } from '../../dicom/keywords.ts';
import { writePart10, type Dataset } from '../../dicom/write.ts';
import type { Canvas } from './canvas.ts';
import type { SeriesResult } from './measure-series.ts';
import type { Input } from './read-input.ts';
import { drawReportPage, SERIES_PER_PAGE, type PageHeading } from './report-page.ts';
import {
  CORE_NAME, CORE_VERSION, DISCLAIMER, equipment, formatInstant, patientAndStudy, resultUID,
} from './result-identity.ts';

const SECONDARY_CAPTURE_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.7';

/** Writes `report-<page>.dcm` into `directory`. File system errors are thrown. */
export async function writeReportPages(
  directory: string,
  input: Input,
  results: readonly SeriesResult[],
  now: Date,
): Promise<void> {
  const count = Math.ceil(results.length / SERIES_PER_PAGE);
  for (let page = 1; page <= count; page += 1) {
    const shown = results.slice((page - 1) * SERIES_PER_PAGE, page * SERIES_PER_PAGE);
    const canvas = drawReportPage(shown, headingOf(input, `page ${page} of ${count}`));
    await writePart10(join(directory, `report-${page}.dcm`), pageDataset(input, canvas, page, now));
  }
}

function pageDataset(input: Input, canvas: Canvas, page: number, now: Date): Dataset {
  const { date, time } = formatInstant(now);
  return {
    ...patientAndStudy(input),
    ...equipment,
    SOPClassUID: SECONDARY_CAPTURE_IMAGE_STORAGE,
    SOPInstanceUID: resultUID(input, `report ${page}`),
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    TimezoneOffsetFromUTC: '+0000',
    Modality: 'OT',
    SeriesInstanceUID: resultUID(input, 'report series'),
    SeriesNumber: 9001,
    SeriesDate: date,
    SeriesTime: time,
    SeriesDescription: 'Image quality report',
    ConversionType: 'WSD',
    SecondaryCaptureDeviceManufacturer: equipment['Manufacturer'],
    SecondaryCaptureDeviceManufacturerModelName: CORE_NAME,
    SecondaryCaptureDeviceSoftwareVersions: CORE_VERSION,
    DateOfSecondaryCapture: date,
    TimeOfSecondaryCapture: time,
    InstanceNumber: page,
    PatientOrientation: null,
    ContentDate: date,
    ContentTime: time,
    ImageType: ['DERIVED', 'SECONDARY'],
    ImageComments: DISCLAIMER,
    BurnedInAnnotation: 'YES',
    LossyImageCompression: '00',
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: 0,
    Rows: canvas.height,
    Columns: canvas.width,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: canvas.pixels,
  };
}

function headingOf({ header }: Input, page: string): PageHeading {
  const text = (keyword: Keyword) => header.text(keyword) ?? '';
  const name = text('PatientName').split('=')[0]!.split('^').filter(Boolean).join(', ');
  const date = text('StudyDate').replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  return {
    patient: [name || 'Patient without a name', text('PatientID')].filter(Boolean).join(' · '),
    study: [text('StudyDescription'), date, text('AccessionNumber')].filter(Boolean).join(' · '),
    page,
  };
}
