// The numbers as a Comprehensive SR document (PS3.3 section A.35.3) after PS3.16 TID 1500, for whatever reads
// measurements out of a PACS.

import { join } from 'node:path';
import { deriveUID } from '../../dicom/new-uid.ts';
import { writePart10, type Dataset } from '../../dicom/write.ts';
import { codeSequence, imageReference } from './content-item.ts';
import type { SeriesResult } from './measure-series.ts';
import { LOCAL_SCHEME, measurementContent, referenceTo } from './measurement-content.ts';
import type { Input } from './read-input.ts';
import { CORE_NAME, equipment, formatInstant, patientAndStudy, resultUID } from './result-identity.ts';

const COMPREHENSIVE_SR_STORAGE = '1.2.840.10008.5.1.4.1.1.88.33';

/** Writes `measurements.dcm` into `directory`. File system errors are thrown. */
export async function writeStructuredReport(
  directory: string,
  input: Input,
  results: readonly SeriesResult[],
  now: Date,
): Promise<void> {
  await writePart10(join(directory, 'measurements.dcm'), reportDataset(input, results, now));
}

function reportDataset(input: Input, results: readonly SeriesResult[], now: Date): Dataset {
  const { date, time } = formatInstant(now);
  return {
    ...patientAndStudy(input),
    ...equipment,
    SOPClassUID: COMPREHENSIVE_SR_STORAGE,
    SOPInstanceUID: resultUID(input, 'measurements'),
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    TimezoneOffsetFromUTC: '+0000',
    CodingSchemeIdentificationSequence: [
      { CodingSchemeDesignator: LOCAL_SCHEME, CodingSchemeName: 'Data Transfer Station example core' },
    ],
    Modality: 'SR',
    SeriesInstanceUID: resultUID(input, 'measurements series'),
    SeriesNumber: 9002,
    SeriesDate: date,
    SeriesTime: time,
    SeriesDescription: 'Image quality measurements',
    ReferencedPerformedProcedureStepSequence: [],
    InstanceNumber: 1,
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    ContentDate: date,
    ContentTime: time,
    PerformedProcedureCodeSequence: [],
    CurrentRequestedProcedureEvidenceSequence: [evidence(input)],
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: codeSequence(['126000', 'DCM', 'Imaging Measurement Report']),
    ContinuityOfContent: 'SEPARATE',
    ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: '1500' }],
    ContentSequence: measurementContent(results, {
      deviceUID: deriveUID(CORE_NAME),
      trackingUID: (series) => resultUID(input, `tracking ${series.SeriesInstanceUID}`),
    }),
  };
}

/** Every instance that the report refers to, PS3.3 section C.17.2.1. */
function evidence({ header, series }: Input): Dataset {
  return {
    StudyInstanceUID: header.text('StudyInstanceUID'),
    ReferencedSeriesSequence: series.map(({ SeriesInstanceUID, instances }) => ({
      SeriesInstanceUID,
      ReferencedSOPSequence: instances.map((instance) => imageReference(referenceTo(instance))),
    })),
  };
}
