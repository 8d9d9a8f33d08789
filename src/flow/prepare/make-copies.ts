// Makes the changed copies of a delivery's instances for one destination. They are there all at once, by one rename,
// and are made once: whatever is configured meanwhile, every try sends the same until a person has it tried anew.
//
// A crash before the rename leaves a folder that the next try removes. A full disk leaves nothing.

import type { Destination } from '../../config/destination.ts';
import type { Failure } from '../../job/failure.ts';
import type { ResultInstance } from '../../job/job.ts';
import type { StoredDelivery } from '../../spool/delivery-store.ts';
import {
  makeDirectoryWithin, moveDurable, removeTree, syncDirectory, writeFileDurable,
} from '../../spool/durable.ts';
import { isShort, readSpace } from '../../spool/space.ts';
import { aboutDelivery } from '../about.ts';
import { groupBy } from '../group-by.ts';
import { mapSideBySide } from '../side-by-side.ts';
import type { Station } from '../station.ts';
import type { Changes } from './changes-for.ts';
import { copyChanged } from './copy-changed.ts';
import { joinHolds } from './join-holds.ts';
import type { ReportLine } from './report.ts';

/** At a time: each holds an instance's tree, which is its file without its long values. */
const WIDTH = 4;

/** The report; or why there is none, and then nothing was made. */
export type MadeCopies = ReadonlyMap<string, ReportLine> | NoCopies;

export type NoCopies =
  /** A person must look first. */
  | { readonly hold: Failure }
  /** There is too little room for them now. */
  | { readonly postponed: Failure }
  /** By the caller's signal. */
  | { readonly stopped: true };

export async function makeCopies(
  station: Station, { delivery, folder }: StoredDelivery, destination: Destination, wanted: readonly ResultInstance[],
  changes: Changes, signal: AbortSignal | undefined,
): Promise<MadeCopies> {
  const begun = performance.now();
  await removeTree(folder.preparing);
  const made = folder.prepared(destination.name);
  await removeTree(made.path);
  const bytes = wanted.reduce((sum, instance) => sum + instance.bytes, 0);
  if (isShort(await readSpace(folder.path), station.configuration.limits, bytes)) {
    return { postponed: { reason: 'space-short', path: station.layout.datadir } };
  }
  const making = folder.preparedBeingMade(`${process.pid}-${process.hrtime.bigint().toString(36)}`);
  await makeDirectoryWithin(folder.path, making.instances);
  try {
    const copied = await mapSideBySide(wanted, async ({ SOPInstanceUID }) => {
      if (signal?.aborted === true) return { stopped: true } as const;
      const [file, copy] = [folder.instance(SOPInstanceUID), making.instance(SOPInstanceUID)];
      return copyChanged(file, SOPInstanceUID, changes.list, copy);
    }, WIDTH);
    const holds = copied.flatMap((one) => ('hold' in one ? [one.hold] : []));
    const ended = copied.find((one) => 'stopped' in one) ?? joinHolds(holds);
    if (ended !== undefined) {
      await removeTree(folder.preparing);
      return ended;
    }
    const lines = refuseSameUIDs(copied.filter((one) => 'changes' in one));
    await writeFileDurable(making.report, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await syncDirectory(making.instances);
    const count = (isMeant: (line: ReportLine) => boolean): number => lines.filter(isMeant).length;
    station.events.write({
      event: 'delivery-prepared', ...aboutDelivery(delivery),
      changed: count(({ leavesAs }) => leavesAs !== undefined),
      unchanged: count(({ leavesAs, failure }) => leavesAs === undefined && failure === undefined),
      unfit: count(({ failure }) => failure !== undefined),
      seconds: Math.round((performance.now() - begun) / 1000),
    });
    await changes.settle();
    await makeDirectoryWithin(folder.path, folder.allPrepared);
    await moveDurable(making.path, made.path); // commit: this is what leaves
    return new Map(lines.map((line) => [line.SOPInstanceUID, line]));
  } catch (error) {
    await removeTree(folder.preparing);
    throw error;
  }
}

/** Who receives two instances under one UID keeps one of them, and nobody knows which. */
function refuseSameUIDs(lines: readonly ReportLine[]): ReportLine[] {
  const groups = groupBy(lines.filter(({ failure }) => failure === undefined), outgoingUID);
  return lines.map((line): ReportLine => {
    const { SOPInstanceUID, failure } = line;
    const others = groups.get(outgoingUID(line))?.filter((other) => other !== line) ?? [];
    if (failure !== undefined || others.length === 0) return line;
    const leavesAs = outgoingUID(line);
    const same: Failure = { reason: 'prepared-same-instance', SOPInstanceUID, leavesAs, others: others.length };
    return { SOPInstanceUID, changes: [], failure: same };
  });
}

function outgoingUID({ SOPInstanceUID, leavesAs }: ReportLine): string {
  return leavesAs?.SOPInstanceUID ?? SOPInstanceUID;
}
