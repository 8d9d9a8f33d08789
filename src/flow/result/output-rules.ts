// The rules that every instance of a core's output must meet before anything of it may leave. Pure: they judge headers
// that were read, and say everything that is wrong, not only the first.

import type { CoreSpecification } from '../../config/core-specification.ts';
import { isStorageSOPClass } from '../../dicom/sop-classes.ts';
import { isUID } from '../../dicom/uid.ts';
import type { Failure } from '../../job/failure.ts';
import { groupBy } from '../group-by.ts';

/** What the output is compared with. */
export interface InputFacts {
  /** PatientID of each study of the input. */
  readonly PatientIDs: ReadonlyMap<string, string>;
  readonly SeriesInstanceUIDs: ReadonlySet<string>;
  readonly SOPInstanceUIDs: ReadonlySet<string>;
}

/** What a file of the output says of itself; empty where it says nothing. */
export interface OutputInstance {
  /** Below output/, for people. */
  readonly file: string;
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly PatientID: string;
  readonly Modality: string;
}

const UID_KEYWORDS = ['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID'] as const;

/** @param allowed SOP Class UIDs that this core may put out; empty: every Storage SOP Class */
export function validateOutputInstance(
  instance: OutputInstance, input: InputFacts, allowed: readonly string[],
): Failure[] {
  const { file, SOPClassUID, SOPInstanceUID, StudyInstanceUID, SeriesInstanceUID } = instance;
  const missing = UID_KEYWORDS.filter((keyword) => !isUID(instance[keyword]));
  if (missing.length > 0) {
    return missing.map((keyword) => ({ reason: 'output-missing-attribute', file, keyword }));
  }
  const failures: Failure[] = [];
  const PatientID = input.PatientIDs.get(StudyInstanceUID);
  if (PatientID === undefined) failures.push({ reason: 'output-other-study', file, StudyInstanceUID });
  else if (PatientID !== instance.PatientID) failures.push({ reason: 'output-other-patient', file });
  if (input.SeriesInstanceUIDs.has(SeriesInstanceUID)) {
    failures.push({ reason: 'output-input-series', file, SeriesInstanceUID });
  }
  if (input.SOPInstanceUIDs.has(SOPInstanceUID)) {
    failures.push({ reason: 'output-input-instance', file, SOPInstanceUID });
  }
  const mayLeave = allowed.length > 0 ? allowed.includes(SOPClassUID) : isStorageSOPClass(SOPClassUID);
  if (!mayLeave) failures.push({ reason: 'output-sop-class', file, SOPClassUID });
  return failures;
}

/** Of those with the same SOPInstanceUID, so many are named. */
const MOST_FILES = 100;

/** SOPInstanceUIDs that several files of the output use. */
export function validateUnique(instances: readonly OutputInstance[]): Failure[] {
  const same = [...groupBy(instances, ({ SOPInstanceUID }) => SOPInstanceUID)]
    .filter(([SOPInstanceUID, { length }]) => length > 1 && isUID(SOPInstanceUID));
  return same.map(([SOPInstanceUID, group]) => {
    const files = group.slice(0, MOST_FILES).map(({ file }) => file);
    const others = group.length - files.length;
    return { reason: 'output-same-instance', files, ...(others === 0 ? {} : { others }), SOPInstanceUID };
  });
}

/** Whether there is as much of everything as there must be. */
export function validateCounts(
  instances: readonly OutputInstance[], { minInstances, expect }: CoreSpecification['outputs'],
): Failure[] {
  const failures: Failure[] = [];
  if (instances.length < minInstances) {
    failures.push({ reason: 'output-too-few', instances: instances.length, minInstances });
  }
  for (const expected of expect) {
    const { SOPClassUID, Modality, min, max = Number.POSITIVE_INFINITY } = expected;
    const { length } = instances.filter((instance) => {
      return (SOPClassUID ?? instance.SOPClassUID) === instance.SOPClassUID
        && (Modality ?? instance.Modality) === instance.Modality;
    });
    if (length < min || length > max) failures.push({ reason: 'output-expected', instances: length, ...expected });
  }
  return failures;
}
