// The order of docs/INTERNALS.md, "Receiving: from the wire to Success", as a theorem about a trace: whatever comes
// after an answer with Success, nothing that it promises depends on it.

import { dirname } from 'node:path';
import { COMMAND_FIELD } from '../../src/network/command-set.ts';
import type { Layout } from '../../src/spool/layout.ts';
import { formatMarkName } from '../../src/spool/mark-name.ts';
import type { Deed } from './deeds.ts';
import { DiskModel } from './disk-model.ts';
import type { Identity } from './instance.ts';

/** What went out on one association. */
export interface Sending {
  readonly callingAETitle: string;
  /** In the order in which they are answered. */
  readonly instances: readonly Identity[];
}

export interface Verdict {
  readonly successes: number;
  /** What a power loss at some instant could have taken from whom it was promised. */
  readonly violations: readonly string[];
}

const SUCCESS = 0x0000;

/** @param sendings by the TCP port of the sender */
export function judgeOrder(
  deeds: readonly Deed[], layout: Layout, sendings: ReadonlyMap<number, Sending>,
): Verdict {
  const disk = new DiskModel(layout.datadir);
  const violations: string[] = [];
  const answered = new Map<number, number>();
  /** Hashes of the datasets that were acknowledged, by SOPInstanceUID. */
  const acknowledged = new Map<string, Set<string>>();
  let successes = 0;
  for (const deed of inOrder(deeds)) {
    violations.push(...violationsOfPublishing(disk, layout, deed));
    disk.apply(deed);
    if (deed.what !== 'answer' || deed.command.CommandField !== COMMAND_FIELD['C-STORE-RSP']) continue;
    const index = answered.get(deed.port) ?? 0;
    answered.set(deed.port, index + 1);
    const sending = sendings.get(deed.port);
    const instance = sending?.instances[index];
    if (sending === undefined || instance === undefined
      || instance.SOPInstanceUID !== deed.command.AffectedSOPInstanceUID) {
      violations.push(`an answer for what nobody sent: ${deed.command.AffectedSOPInstanceUID}`);
      continue;
    }
    if (deed.command.Status !== SUCCESS) continue;
    successes += 1;
    const hashes = acknowledged.get(instance.SOPInstanceUID) ?? new Set();
    acknowledged.set(instance.SOPInstanceUID, hashes.add(instance.datasetHash));
    violations.push(...violationsOfSuccess(disk, layout, sending.callingAETitle, instance, hashes.size));
  }
  return { successes, violations };
}

/** A deed counts from its end, but an answer may be read as soon as it begins. */
function inOrder(deeds: readonly Deed[]): Deed[] {
  const at = (deed: Deed) => (deed.what === 'answer' ? deed.began : deed.ended);
  return [...deeds].sort((a, b) => at(a) - at(b));
}

/** What gets a final name is settled, and is written to no more. */
function violationsOfPublishing(disk: DiskModel, layout: Layout, deed: Deed): string[] {
  const isArchived = (path: string) => dirname(dirname(path)) === layout.archive;
  if ((deed.what === 'link' || deed.what === 'rename') && isArchived(deed.to) && !disk.isSettled(deed.from)) {
    return [`published before it was synced: ${deed.to}`];
  }
  const isWritten = (deed.what === 'write' || deed.what === 'create') && isArchived(deed.path);
  return isWritten ? [`written under its final name: ${deed.path}`] : [];
}

/** @param datasets how many different ones of this SOPInstanceUID have been acknowledged by now */
function violationsOfSuccess(
  disk: DiskModel, layout: Layout, callingAETitle: string, instance: Identity, datasets: number,
): string[] {
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = instance;
  const names = disk.namesIn(layout.archivedStudy(StudyInstanceUID));
  const files = names.filter((path) => isFileOf(layout, path, instance));
  const safe = files.filter((path) => disk.isSettled(path) && disk.isFound(path));
  const violations: string[] = [];
  if (safe.length < datasets) violations.push(`${SOPInstanceUID}: ${safe.length} of ${datasets} datasets are safe`);

  const study = { callingAETitle, calledAETitle: 'DTS', address: '127.0.0.1', StudyInstanceUID };
  for (const name of [formatMarkName(study), formatMarkName({ ...study, SeriesInstanceUID })]) {
    const mark = layout.mark(name);
    // A mark whose time is older than the file could be claimed, and the study be described without the instance.
    const isNewer = files.some((file) => disk.touchedAt(mark) > disk.madeAt(file));
    if (!isNewer || !disk.isFound(mark)) violations.push(`${SOPInstanceUID}: its mark is not safe: ${name}`);
  }
  return violations;
}

function isFileOf(layout: Layout, path: string, { StudyInstanceUID, SOPInstanceUID }: Identity): boolean {
  const beginning = layout.archivedInstance(StudyInstanceUID, SOPInstanceUID).slice(0, -'.dcm'.length);
  return path.startsWith(beginning) && /^(\.\d+)?\.dcm$/.test(path.slice(beginning.length));
}
