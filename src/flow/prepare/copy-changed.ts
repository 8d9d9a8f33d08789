// Writes the changed copy of one instance, in the transfer syntax that it has.

import { tagOf } from '../../dicom/keywords.ts';
import { trimPadding } from '../../dicom/padding.ts';
import type { InstanceTree } from '../../dicom/tree/data-set.ts';
import { encodeInstance } from '../../dicom/tree/encode-instance.ts';
import type { Failure } from '../../job/failure.ts';
import { writePiecesDurable } from '../../spool/durable.ts';
import { changeInstance, type ChangeTree } from './change-instance.ts';
import type { ReportLine } from './report.ts';

/**
 * What nothing is to be changed in is not copied.
 * @param SOPInstanceUID as the delivery lists it, for what is told
 * @param copy where it is to lie; nothing may lie there
 * @returns `hold`: why a person must look before anything of the delivery leaves
 * @throws as the file system does
 */
export async function copyChanged(
  file: string, SOPInstanceUID: string, changes: readonly ChangeTree[], copy: string,
): Promise<ReportLine | { readonly hold: Failure }> {
  const outcome = await changeInstance(file, SOPInstanceUID, changes);
  if ('failure' in outcome) {
    const { failure } = outcome;
    return outcome.hold === true ? { hold: failure } : { SOPInstanceUID, changes: [], failure };
  }
  const { tree } = outcome;
  if (outcome.changes.length === 0) return { SOPInstanceUID, changes: [] };
  await writePiecesDurable(copy, encodeInstance(tree, tree.TransferSyntaxUID));
  const leavesAs = { SOPInstanceUID: uidIn(tree, 'SOPInstanceUID'), SOPClassUID: uidIn(tree, 'SOPClassUID') };
  return { SOPInstanceUID, leavesAs, changes: outcome.changes };
}

/** Whoever has changed the instance has seen to it that it has one. */
function uidIn({ dataSet }: InstanceTree, keyword: 'SOPInstanceUID' | 'SOPClassUID'): string {
  const value = dataSet.get(tagOf(keyword))?.value;
  return value?.kind === 'bytes' ? trimPadding(value.bytes.toString('latin1')) : '';
}
