// Takes instances to somebody's folders, as files named by what they hold.

import { randomUUID } from 'node:crypto';
import type { FolderDestination } from '../../config/destination.ts';
import type { FileToPlace, Hindrance, Placed } from '../../folder/placing.ts';
import type { Failure } from '../../job/failure.ts';
import { makeClassify } from '../arrival/make-classify.ts';
import { fillFolder } from '../folder/fill-folder.ts';
import type { FolderTarget } from '../folder/folder-target.ts';
import { nameInstance, type NamedInstance } from '../folder/name-instance.ts';
import { findTarget } from '../folder/target-of-destination.ts';
import type { Station } from '../station.ts';
import { findArchived } from './find-archived.ts';
import type { Carried, CarryHooks, OutgoingInstance, Shipment } from './carry.ts';

/** PS3.7 annex C: what is left out because another lies there counts as delivered. */
const DUPLICATE_SOP_INSTANCE = 0x0111;

export async function carryToFolder(
  station: Station, destination: FolderDestination, shipment: Shipment, { answered, signal }: CarryHooks,
): Promise<Carried> {
  const target = await findTarget(destination);
  if ('reason' in target) return { failure: target };
  const { delivery, placed: earlier = [] } = shipment;
  const outgoing = new Map<string, OutgoingInstance>();
  const named: NamedInstance[] = [];
  for (const instance of shipment.instances) {
    const { file } = instance;
    const one = await nameInstance(file, file, target);
    if ('notDicom' in one) {
      await answered({ instance, failure: { reason: 'instance-unreadable', file, text: one.notDicom } });
    } else {
      named.push(one);
      outgoing.set(one.id, instance);
    }
  }

  const contents = await contentsOf(station, target, named, outgoing);
  let copiedInstead = 0;
  const filled = await fillFolder({
    target, instances: named, signal,
    contentOf: ({ id, file }) => contents.get(id) ?? { file, copies: 'copy' },
    earlier: earlier.map((path) => path.split('/')),
    total: delivery?.instances.length ?? shipment.instances.length,
    about: {
      id: delivery?.DeliveryId ?? `by-hand-${randomUUID()}`, readyAt: station.now().toISOString(),
      destination: destination.name,
      ...delivery === undefined ? {} : { DeliveryId: delivery.DeliveryId, stream: delivery.stream },
    },
    ...destination.sidecar ? { classify: await makeClassify(station) } : {},
    copiedInstead: () => { copiedInstead += 1; },
  });
  const linkless = copiedInstead + [...contents.values()].filter(({ copies }) => copies !== target.copies).length;
  if (linkless > 0) {
    station.events.write({
      event: 'copied-instead', destination: destination.name, copies: destination.copies, instances: linkless,
    });
  }
  if (filled === 'stopped') return { stopped: true };
  if ('reason' in filled) return { failure: filled };
  for (const placed of filled) {
    const instance = outgoing.get(placed.id);
    if (instance === undefined) throw new Error(`${placed.id} was not to be put there`);
    await answered(answerOf(instance, placed, destination, target));
  }
  return {};
}

type FileContent = Extract<FileToPlace['content'], { file: string }>;

/** A symbolic link leads into the archive, the only place of the station where an instance stays. */
async function contentsOf(
  { layout }: Station, { copies }: FolderTarget, named: readonly NamedInstance[],
  outgoing: ReadonlyMap<string, OutgoingInstance>,
): Promise<ReadonlyMap<string, FileContent>> {
  const contents = new Map<string, FileContent>();
  for (const { id, file, StudyInstanceUID } of named) {
    const archived = copies === 'symlink'
      ? await findArchived(layout, file, StudyInstanceUID, outgoing.get(id)?.originalSOPInstanceUID ?? '') : undefined;
    if (copies !== 'symlink') contents.set(id, { file, copies });
    else contents.set(id, archived === undefined ? { file, copies: 'copy' } : { file: archived, copies });
  }
  return contents;
}

function answerOf(
  instance: OutgoingInstance, placed: Placed, destination: FolderDestination, target: FolderTarget,
): Parameters<CarryHooks['answered']>[0] {
  switch (placed.how) {
    case 'new':
    case 'same': return { instance, status: 0, path: placed.names.join('/') };
    case 'kept': return { instance, status: DUPLICATE_SOP_INSTANCE };
    case 'failed': return { instance, failure: failureOf(instance, placed.hindrance, destination, target) };
  }
}

/** Says where by the template: the path itself may tell of the patient. */
function failureOf(
  { SOPInstanceUID }: OutgoingInstance, hindrance: Hindrance, { root }: FolderDestination, { path }: FolderTarget,
): Failure {
  const at = (level?: number): string => [root, ...path.names.slice(0, level).map(({ source }) => source)].join('/');
  switch (hindrance.kind) {
    case 'taken': return { reason: 'place-taken', SOPInstanceUID, at: at() };
    case 'too-long': return { reason: 'place-too-long', SOPInstanceUID, at: at() };
    case 'blocked': return { reason: 'place-blocked', SOPInstanceUID, at: at(hindrance.level), by: hindrance.by };
  }
}
