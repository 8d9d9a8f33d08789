// Receives until told to stop: ties the network side to the archive, keeps receiver.json, and tells the event log.

import { dirname } from 'node:path';
import type { Receiver } from '../../config/configuration.ts';
import { STORAGE_COMMITMENT_SOP_CLASS } from '../../dicom/commitment.ts';
import { isStorageSOPClass, VERIFICATION_SOP_CLASS } from '../../dicom/sop-classes.ts';
import { ownIdentity } from '../../host/process-identity.ts';
import type { StationEvent } from '../../log/event.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { ListenFailure } from '../../network/listen-failure.ts';
import { startStoreScp } from '../../network/store-scp.ts';
import { Archive } from '../../spool/archive.ts';
import { makeDirectoryDurable, removeFileDurable, syncDirectory, writeJsonDurable } from '../../spool/durable.ts';
import { type DiskChange, FreeSpace } from '../../spool/free-space.ts';
import type { Layout } from '../../spool/layout.ts';
import { removeLeftoverInstances } from '../../spool/leftover-instances.ts';
import { OpenStudies, removeOldOpenStudies } from '../../spool/open-studies.ts';
import { ReceivingDisk } from '../../spool/receiving-disk.ts';
import { ReceivingSwitch } from '../../spool/receiving-switch.ts';
import { SharedRuns } from '../../spool/shared-runs.ts';
import { makeAcceptAssociation } from './accept-association.ts';
import { openTlsPort } from './receiver-tls.ts';
import { RejectionEvents } from './rejection-events.ts';
import { ReceivedInstance, type Receiving } from './receive-instance.ts';
import { receiveReport } from './receive-report.ts';
import { findReceiverState, isRunning, receiverStateFile, type ReceiverState } from './receiver-state.ts';

export interface ReceiverRun {
  readonly receiver: Receiver;
  /** The site that it receives for, if any. */
  readonly site?: string | undefined;
  readonly layout: Layout;
  readonly events: EventLog;
  /** Aborting it stops the receiver; its reason (`SIGTERM`) is what the log says. */
  readonly signal: AbortSignal;
  readonly now?: () => Date;
  /** Told when associations are accepted and receiver.json is written. The port is the real one, never 0. */
  readonly onListening?: (port: number, tlsPort?: number) => void;
  /** Between two looks at the TLS files; a minute when left out. */
  readonly lookAtCertificatesSeconds?: number;
}

/** Why nothing is received; `runs-already`: by this process, as another does. */
export type NotReceiving = ListenFailure | ({ readonly reason: 'runs-already' } & ReceiverState);

/** For the instance in flight, when the receiver is stopped. */
const GRACE_SECONDS = 5;

/** Runs until the signal. Everything acknowledged is durable at any instant; a crash leaves files in temp at most. */
export async function runReceiver(run: ReceiverRun): Promise<'stopped' | NotReceiving> {
  const { receiver, site, layout, events, signal, now = () => new Date() } = run;
  const { address, AETitle, limits } = receiver;
  // Also where it listens on another port than this one would: the configuration may have changed since.
  const running = await findReceiverState(layout, site);
  if (running !== undefined && isRunning(running)) return { reason: 'runs-already', ...running };
  for (const folder of [layout.arrived, layout.archive, layout.temp, layout.locks]) await makeDirectoryDurable(folder);
  await syncFolders(layout);
  await removeLeftoverInstances(layout);
  removeOldOpenStudies(layout);

  const space = new FreeSpace(layout.archive, limits, (change) => events.write(diskEvent(layout.archive, change)));
  const receivingSwitch = await ReceivingSwitch.watch(layout, (isOff) => {
    events.write({ event: isOff ? 'receiving-switched-off' : 'receiving-switched-on', file: layout.receivingSwitch });
  });
  let openAssociations = () => 0;
  const disk = new ReceivingDisk(() => openAssociations() <= 1);
  const openStudies = new OpenStudies(layout);
  const receiving: Receiving = {
    layout, events, space, disk, openStudies, now,
    archive: new Archive(layout, disk),
    marking: new SharedRuns(),
    objectBytes: limits.objectBytes,
  };
  const rejections = new RejectionEvents(events, now);
  let abortedAssociations = 0;
  const tls = receiver.tls && openTlsPort(receiver.tls, events, run.lookAtCertificatesSeconds);
  const scp = await startStoreScp({ address, port: receiver.port, limits, ...(tls && { tls }) }, {
    acceptsSOPClass: (UID) => acceptsSOPClass(receiver, UID),
    acceptAssociation: makeAcceptAssociation({ accept: receiver.accept, space, receivingSwitch }),
    openInstance: (request) => new ReceivedInstance(receiving, request),
    commitmentReported: (message) => receiveReport({ layout, events, now }, message),
    associationRejected: (peer, text) => rejections.tell(peer, text),
    storingEnded: (peer) => openStudies.end(peer),
    associationEnded: (peer, summary) => {
      if (signal.aborted && summary.how === 'aborted') abortedAssociations += 1;
      events.write({ event: 'association-ended', ...peer, ...summary });
    },
  });
  if ('reason' in scp) {
    receivingSwitch.stop();
    return scp;
  }
  openAssociations = scp.openAssociations;

  const { port, tlsPort } = scp;
  const where = { address, port, ...(tlsPort === undefined ? {} : { tlsPort }), AETitle };
  const state: ReceiverState = { ...ownIdentity(), ...where, startedAt: now().toISOString() };
  try {
    await writeJsonDurable(receiverStateFile(layout, site), state);
    events.write({ event: 'receiver-started', ...where });
    run.onListening?.(port, tlsPort);
    await aborted(signal);
  } finally {
    receivingSwitch.stop();
    await scp.stop(GRACE_SECONDS);
    rejections.end();
  }
  events.write({ event: 'receiver-stopped', signal: String(signal.reason), abortedAssociations });
  await removeFileDurable(receiverStateFile(layout, site));
  return 'stopped';
}

function diskEvent(path: string, change: DiskChange): StationEvent {
  switch (change.disk) {
    case 'short': return { event: 'disk-short', path, freeBytes: change.freeBytes, neededBytes: change.neededBytes };
    case 'unusable': return { event: 'disk-unusable', path, code: change.code };
    case 'usable': return { event: 'disk-usable', path };
  }
}

/** Whoever made them, or a mark among them, may have been killed before that was durable. */
async function syncFolders({ arrived, archive, datadir }: Layout): Promise<void> {
  for (const folder of new Set([arrived, dirname(arrived), dirname(archive), datadir])) await syncDirectory(folder);
}

function acceptsSOPClass({ sopClasses, acceptUnknownSOPClasses }: Receiver, UID: string): boolean {
  if (UID === VERIFICATION_SOP_CLASS || UID === STORAGE_COMMITMENT_SOP_CLASS || isStorageSOPClass(UID)) return true;
  return acceptUnknownSOPClasses || sopClasses.includes(UID);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
