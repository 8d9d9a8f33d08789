// Takes one instance from a peer to the archive: checked, durable and marked before Success is answered.
// The order of the steps is that of docs/INTERNALS.md, "Receiving: from the wire to Success".
//
// Promises: after Success the instance survives a power loss and its study is marked; after any other answer, or none,
// nothing of it is in temp. The dataset is stored as it came, byte for byte, and never held in memory as a whole.

import { encodeFileMeta } from '../../dicom/file-meta.ts';
import { HeaderReader } from '../../dicom/header-reader.ts';
import { SUCCESS } from '../../dicom/status.ts';
import { isUID, LONGEST_UID } from '../../dicom/uid.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { InstanceSink, StoreAnswer, StoreRequest } from '../../network/store-hooks.ts';
import { refusalFor } from '../../network/store-refusals.ts';
import type { Archive, Kept } from '../../spool/archive.ts';
import { touchMark } from '../../spool/touch-mark.ts';
import { codeOf, hasCode } from '../../spool/error-code.ts';
import type { FreeSpace } from '../../spool/free-space.ts';
import { IncomingInstance } from '../../spool/incoming-instance.ts';
import type { Layout } from '../../spool/layout.ts';
import type { OpenStudies } from '../../spool/open-studies.ts';
import { formatMarkName } from '../../spool/mark-name.ts';
import type { ReceivingDisk } from '../../spool/receiving-disk.ts';
import type { SharedRuns } from '../../spool/shared-runs.ts';
import { isPassing } from '../fault.ts';
import { wasSeenTo } from './was-seen-to.ts';

/** What all instances of a receiver share. */
export interface Receiving {
  readonly layout: Layout;
  readonly events: EventLog;
  readonly disk: ReceivingDisk;
  readonly archive: Archive;
  readonly marking: SharedRuns;
  readonly openStudies: OpenStudies;
  readonly space: FreeSpace;
  /** The longest dataset that is taken. */
  readonly objectBytes: number;
  readonly now: () => Date;
}

/** The identity of an instance, all proved to be UIDs. */
interface InstanceUIDs {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
}

const KEYWORDS = ['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID'] as const;
const FILE_META_GROUP = 0x0002;
/** Room is looked at again after so much of an object, a small part of any sensible reserve. */
const LOOK_FOR_ROOM_EVERY_BYTES = 16 * 1024 * 1024;

export class ReceivedInstance implements InstanceSink {
  readonly #receiving: Receiving;
  readonly #request: StoreRequest;
  readonly #header: HeaderReader;
  readonly #incoming: IncomingInstance;
  #bytes = 0;
  #lookForRoomAt = 0;
  /** Set as soon as the instance cannot be stored; what still comes of it is passed over. */
  #refusal: StoreAnswer | undefined;
  #discarding: Promise<void> | undefined;

  constructor(receiving: Receiving, request: StoreRequest) {
    this.#receiving = receiving;
    this.#request = request;
    // Up to the pixel data: what could not be described later is refused now, while the sender still has it.
    this.#header = new HeaderReader(request.TransferSyntaxUID);
    this.#incoming = new IncomingInstance(receiving.layout, receiving.disk, encodeFileMeta({
      MediaStorageSOPClassUID: request.AffectedSOPClassUID,
      MediaStorageSOPInstanceUID: request.AffectedSOPInstanceUID,
      TransferSyntaxUID: request.TransferSyntaxUID,
      SourceApplicationEntityTitle: request.peer.callingAETitle,
      ReceivingApplicationEntityTitle: request.peer.calledAETitle,
    }));
  }

  write(chunk: Buffer): Promise<void> | undefined {
    if (this.#refusal !== undefined) return undefined;
    this.#bytes += chunk.length;
    const { objectBytes } = this.#receiving;
    if (this.#bytes > objectBytes) {
      return this.#refuse(refusalFor('too-long', `longer than ${objectBytes} bytes`));
    }
    if (this.#header.push(chunk) === 'failed') return this.#refuse(cannotRead(this.#header));
    if (this.#bytes > this.#lookForRoomAt) {
      this.#lookForRoomAt += LOOK_FOR_ROOM_EVERY_BYTES;
      const shortage = this.#findShortage();
      if (shortage !== undefined) return this.#refuse(shortage);
    }
    return this.#incoming.write(chunk)?.catch((error: unknown) => this.#refuse(answerOf(error)));
  }

  async end(): Promise<StoreAnswer> {
    const uids = this.#refusal ?? this.#validateUIDs();
    if ('status' in uids) return this.#answerRefusal(uids);
    try {
      this.#receiving.openStudies.note(this.#request.peer, uids.StudyInstanceUID);
      await this.#incoming.settle();
      const kept = await this.#receiving.archive.keep(this.#incoming.path, uids.StudyInstanceUID, uids.SOPInstanceUID);
      this.#tellDifference(kept, uids);
      if (kept.found === 'same' && await this.#wasSeenTo(kept, uids)) return { status: SUCCESS, known: true };
      await this.#mark(uids);
    } catch (error) {
      // What the archive has stays there: another association may have got Success for the same instance meanwhile.
      return this.#answerRefusal(answerOf(error));
    }
    return { status: SUCCESS };
  }

  abort(): Promise<void> {
    return this.#discard();
  }

  #findShortage(): StoreAnswer | undefined {
    try {
      if (!this.#receiving.space.isShort()) return undefined;
    } catch (error) {
      return answerOf(error);
    }
    return refusalFor('space-short', 'less space is free than the limits want');
  }

  /** Who the instance is, or why it cannot be stored. */
  #validateUIDs(): InstanceUIDs | StoreAnswer {
    if (this.#header.finish() === 'failed') return cannotRead(this.#header);
    for (const { tag } of this.#header.header.entries()) {
      // It would run into the file meta information that stands in front, and be read as such.
      if (tag >>> 16 === FILE_META_GROUP) return refusalFor('file-meta-within', 'the dataset has a group 0002');
    }
    const [SOPClassUID, SOPInstanceUID, StudyInstanceUID, SeriesInstanceUID] = KEYWORDS.map((keyword) =>
      this.#header.header.text(keyword) ?? '') as [string, string, string, string];
    const uids = { SOPClassUID, SOPInstanceUID, StudyInstanceUID, SeriesInstanceUID };
    const { AffectedSOPClassUID, AffectedSOPInstanceUID } = this.#request;
    for (const keyword of KEYWORDS) {
      if (uids[keyword] === '') return refusalFor('uid-missing', `${keyword} is missing`);
      if (!isUID(uids[keyword])) return refusalFor('uid-malformed', `${keyword} is not a UID`);
    }
    if (SOPClassUID !== AffectedSOPClassUID) {
      return refusalFor('class-differs', 'SOPClassUID is not AffectedSOPClassUID');
    }
    if (SOPInstanceUID !== AffectedSOPInstanceUID) {
      return refusalFor('instance-differs', 'SOPInstanceUID is not AffectedSOPInstanceUID');
    }
    return uids;
  }

  #tellDifference(kept: Kept, { StudyInstanceUID, SOPInstanceUID }: InstanceUIDs): void {
    if (kept.found !== 'different') return;
    this.#receiving.events.write({ event: 'instance-differs', StudyInstanceUID, SOPInstanceUID, file: kept.path });
  }

  #wasSeenTo({ path: file }: Kept, uids: InstanceUIDs): Promise<boolean> {
    return wasSeenTo(this.#receiving.layout, { ...this.#request.peer, ...uids, file });
  }

  async #mark({ StudyInstanceUID, SeriesInstanceUID }: InstanceUIDs): Promise<void> {
    const { layout, marking, now } = this.#receiving;
    const study = { ...this.#request.peer, StudyInstanceUID };
    const names = [formatMarkName({ ...study, SeriesInstanceUID }), formatMarkName(study)];
    await Promise.all(names.map((name) => marking.run(name, () => touchMark(layout.mark(name), now()))));
  }

  #refuse(answer: StoreAnswer): Promise<void> {
    this.#refusal = answer;
    return this.#discard();
  }

  async #answerRefusal(answer: StoreAnswer): Promise<StoreAnswer> {
    await this.#discard();
    this.#receiving.events.write({
      event: 'instance-refused',
      ...this.#request.peer,
      SOPInstanceUID: this.#request.AffectedSOPInstanceUID.slice(0, LONGEST_UID), // it need not be a UID
      status: answer.status,
      text: answer.comment ?? '',
    });
    return answer;
  }

  #discard(): Promise<void> {
    this.#discarding ??= this.#incoming.discard().catch(leaveBehind);
    return this.#discarding;
  }
}

function cannotRead({ failure = 'cannot be read' }: HeaderReader): StoreAnswer {
  return refusalFor('unreadable', `the dataset ${failure}`);
}

/** What a broken disk does not let go of stays in temp until a receiver starts anew; the sender gets its answer. */
function leaveBehind(error: unknown): void {
  if (codeOf(error) === undefined) throw error;
}

/** What a system error means to the sender, who may try again. Anything else is a bug. */
function answerOf(error: unknown): StoreAnswer {
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) return refusalFor('disk-full', 'no space is left');
  const code = codeOf(error);
  if (code === undefined) throw error;
  const isAway = code === 'ENOENT'; // a folder is gone that was there: the disk is not mounted
  if (isPassing(error) || isAway) return refusalFor('disk-for-now', `cannot be stored now: ${code}`);
  return refusalFor('disk-fault', `cannot be stored: ${code}`);
}
