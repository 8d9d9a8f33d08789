// What was changed in the instances of a delivery before they left, added up, for people.

import { decodeFromPath } from '../../dicom/path-encoding.ts';
import type { DeliveryFolder } from '../../spool/layout.ts';
import { listDirectory } from '../../spool/read.ts';
import { findReport } from './report.ts';

/** For one destination: numbers of instances. */
export interface PreparedSummary {
  readonly destination: string;
  readonly changed: number;
  readonly unchanged: number;
  /** That cannot leave. */
  readonly unfit: number;
  /** In how many instances each element was changed, those that were most often first; items are added up, `[*]`. */
  readonly elements: Readonly<Record<string, number>>;
}

export async function readPrepared(folder: DeliveryFolder): Promise<PreparedSummary[]> {
  const summaries: PreparedSummary[] = [];
  for (const name of await listDirectory(folder.allPrepared)) {
    const lines = [...(await findReport(folder.preparedAt(name))).values()];
    const counts = new Map<string, number>();
    for (const { changes } of lines) {
      const elements = new Set(changes.map(({ element }) => element.replace(/\[\d+\]/g, '[*]')));
      for (const element of elements) counts.set(element, (counts.get(element) ?? 0) + 1);
    }
    summaries.push({
      destination: decodeFromPath(name),
      changed: lines.filter(({ leavesAs }) => leavesAs !== undefined).length,
      unchanged: lines.filter(({ leavesAs, failure }) => leavesAs === undefined && failure === undefined).length,
      unfit: lines.filter(({ failure }) => failure !== undefined).length,
      elements: Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)),
    });
  }
  return summaries;
}
