// Changes one instance as a destination wants it: one change after the other, each on what the one before it has left.

import type { InstanceTree } from '../../dicom/tree/data-set.ts';
import { readInstanceTree } from '../../dicom/tree/read-instance-tree.ts';
import type { Failure } from '../../job/failure.ts';

/** One element that was changed, as the report tells it. Never a value: what was taken out must not stand there. */
export interface ReportedChange {
  /** What wanted it: `step 2` of `morph`. */
  readonly by: string;
  /** Its keyword or tag, with the way to it: `RequestAttributesSequence[0].ScheduledProcedureStepID`. */
  readonly element: string;
  readonly action: string;
}

/** What one kind of change makes of an instance. */
export type ChangeOutcome =
  | { readonly tree: InstanceTree; readonly changes: readonly ReportedChange[] }
  /** It cannot leave so; `hold`: a person must look before anything of the delivery does. */
  | { readonly failure: Failure; readonly hold?: true };

/** A kind of change, ready for all instances of a delivery. */
export type ChangeTree = (tree: InstanceTree, SOPInstanceUID: string) => Promise<ChangeOutcome>;

/**
 * Reads the instance and changes it; nothing is written.
 * @param SOPInstanceUID as the delivery lists it, for what is told
 * @throws as the file system does
 */
export async function changeInstance(
  file: string, SOPInstanceUID: string, changes: readonly ChangeTree[],
): Promise<ChangeOutcome> {
  const read = await readInstanceTree(file);
  if ('notDicom' in read) return { failure: { reason: 'instance-unreadable', file, text: read.notDicom } };
  let tree = read;
  const reported: ReportedChange[] = [];
  for (const change of changes) {
    const outcome = await change(tree, SOPInstanceUID);
    if ('failure' in outcome) return outcome;
    tree = outcome.tree;
    reported.push(...outcome.changes);
  }
  return { tree, changes: reported };
}
