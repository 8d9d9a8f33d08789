// What a result has in common with its input, and what sets it apart: patient and study are copied, the series and the
// instance are new. UIDs follow from the input and from DTS_JOB_ID, so that a repeated run makes the same ones.

import type { Dataset } from '../../dicom/write.ts';
import { deriveUID } from '../../dicom/new-uid.ts';
import type { Input } from './read-input.ts';

export const CORE_NAME = 'DTS example core';
export const CORE_VERSION = '1';
export const DISCLAIMER = 'Research only: not for diagnosis';

/** Patient and General Study modules, PS3.3 sections C.7.1.1 and C.7.2.1. */
const COPIED_KEYWORDS = [
  'PatientName', 'PatientID', 'IssuerOfPatientID', 'PatientBirthDate', 'PatientSex',
  'StudyInstanceUID', 'StudyDate', 'StudyTime', 'StudyID', 'StudyDescription', 'AccessionNumber',
  'ReferringPhysicianName',
] as const;
/** Type 2 in those modules: written empty where the input has none. */
const ALWAYS_PRESENT: ReadonlySet<string> = new Set([
  'PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex',
  'StudyDate', 'StudyTime', 'StudyID', 'AccessionNumber', 'ReferringPhysicianName',
]);

/** A UID for `role`, the same in each run over the same input for the same job. */
export function resultUID(input: Input, role: string): string {
  const instances = input.series.flatMap((series) => series.instances);
  const SOPInstanceUIDs = instances.map((instance) => instance.SOPInstanceUID).sort();
  return deriveUID(['example-core', process.env['DTS_JOB_ID'] ?? '', role, ...SOPInstanceUIDs].join('\n'));
}

export function patientAndStudy({ header }: Input): Dataset {
  const elements: Dataset = {};
  for (const keyword of COPIED_KEYWORDS) {
    const values = header.texts(keyword);
    if (values.length > 0 || ALWAYS_PRESENT.has(keyword)) elements[keyword] = values;
  }
  return elements;
}

/** General Equipment module, PS3.3 section C.7.5.1. */
export const equipment: Dataset = {
  Manufacturer: 'Data Transfer Station',
  ManufacturerModelName: CORE_NAME,
  DeviceSerialNumber: '1',
  SoftwareVersions: CORE_VERSION,
};

/** Date (DA) and time (TM) of an instant in UTC; TimezoneOffsetFromUTC is to say so. */
export function formatInstant(instant: Date): { date: string; time: string } {
  const text = instant.toISOString().replace(/[-:]/g, '');
  return { date: text.slice(0, 8), time: text.slice(9, 15) };
}
