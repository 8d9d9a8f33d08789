// report.jsonl of what was prepared: for each instance what was changed in it, or why it cannot leave. It stays with
// the delivery when the copies are gone.

import type { Failure } from '../../job/failure.ts';
import type { PreparedFolder } from '../../spool/layout.ts';
import { findJsonLines } from '../../spool/read.ts';
import type { ReportedChange } from './change-instance.ts';

/** A line. Without `leavesAs` the instance leaves as it lies, where it leaves at all. */
export interface ReportLine {
  /** As delivery.json lists it. */
  readonly SOPInstanceUID: string;
  /** What its changed copy is. */
  readonly leavesAs?: { readonly SOPInstanceUID: string; readonly SOPClassUID: string };
  readonly changes: readonly ReportedChange[];
  /** Why it cannot leave. */
  readonly failure?: Failure;
}

/** By SOPInstanceUID; empty where nothing was prepared. */
export async function findReport({ report }: PreparedFolder): Promise<ReadonlyMap<string, ReportLine>> {
  const lines = await findJsonLines<ReportLine>(report);
  return new Map(lines.map((line) => [line.SOPInstanceUID, line]));
}
