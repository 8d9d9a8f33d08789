// What would leave for a destination, without anything leaving: the differences that its changes make in each file.

import type { ReachableDestination } from '../../config/destination.ts';
import { loadDictionary } from '../../dicom/dictionary.ts';
import { findDifferences, type Difference } from '../../dicom/morph/find-differences.ts';
import { readInstanceTree } from '../../dicom/tree/read-instance-tree.ts';
import { text } from '../../dicom/tree/values-of.ts';
import { tagOf } from '../../dicom/keywords.ts';
import type { Failure } from '../../job/failure.ts';
import type { Station } from '../station.ts';
import { changeInstance, type ReportedChange } from './change-instance.ts';
import { changesFor } from './changes-for.ts';

/** What would become of one file. */
export interface Preview {
  readonly file: string;
  readonly differences: readonly Difference[];
  /** What made them, in the order in which it was done. */
  readonly changes: readonly ReportedChange[];
  /** Why it would not leave. */
  readonly failure?: Failure;
}

/** One after the other, as they are wanted. What is no DICOM file has a failure that says so. */
export async function* previewChanges(
  station: Station, destination: ReachableDestination, files: readonly string[],
): AsyncGenerator<Preview, undefined> {
  const changes = await changesFor({ station, destination, stream: undefined });
  if ('hold' in changes) {
    for (const file of files) yield { file, differences: [], changes: [], failure: changes.hold };
    return undefined;
  }
  const dictionary = await loadDictionary();
  for (const file of files) {
    const original = await readInstanceTree(file);
    if ('notDicom' in original) {
      const failure: Failure = { reason: 'instance-unreadable', file, text: original.notDicom };
      yield { file, differences: [], changes: [], failure };
      continue;
    }
    const SOPInstanceUID = text(original.dataSet, tagOf('SOPInstanceUID')) ?? '';
    const outcome = await changeInstance(file, SOPInstanceUID, changes.list);
    if ('failure' in outcome) {
      yield { file, differences: [], changes: [], failure: outcome.failure };
      continue;
    }
    const differences = findDifferences(original.dataSet, outcome.tree.dataSet, dictionary);
    yield { file, differences, changes: outcome.changes };
  }
  return undefined;
}
